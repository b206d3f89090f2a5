locals {
  default_tags = {
    Project     = var.name
    Environment = var.environment
  }
}

provider "aws" {
  region = "us-east-1"

  default_tags {
    tags = local.default_tags
  }
}

provider "aws" {
  alias  = "ireland"
  region = "eu-west-1"

  default_tags {
    tags = local.default_tags
  }
}
