# What the crash harness applies, changes and destroys, and is killed at: every resource type, in two Regions.
# A later generation changes some things in place and replaces others, with the new one made first or last.

terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

variable "generation" {
  type    = number
  default = 1
}

provider "aws" {
  region = "us-east-1"

  default_tags {
    tags = {
      Project = "crash"
    }
  }
}

provider "aws" {
  alias  = "ireland"
  region = "eu-west-1"
}

module "virginia" {
  source = "./place"

  generation = var.generation
  network    = "10.10.0.0/16"
}

module "ireland" {
  source = "./place"

  providers = {
    aws = aws.ireland
  }

  generation = var.generation
  network    = "10.20.0.0/16"
}

resource "terraform_data" "networks" {
  input = [module.virginia.vpc_id, module.ireland.vpc_id]
}

output "vpc_ids" {
  value = terraform_data.networks.output
}
