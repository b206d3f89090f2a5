terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100"
    }
  }
}

provider "aws" {
  region = "eu-central-1"

  default_tags {
    tags = local.tags
  }
}

data "aws_availability_zones" "available" {
  state = "available"
}

data "aws_caller_identity" "current" {}

locals {
  name = "benchSUFFIX"
  tags = { Project = local.name, Owner = "platform" }

  networks = {
    for number in range(NETWORKS) : "net${number}" => "10.${16 * number}.0.0/16"
  }
  services = {
    for number in range(SERVICES) : format("service%03d", number) => {
      network = "net${number % NETWORKS}"
      port    = 8000 + number
    }
  }
}

module "network" {
  source   = "./network"
  for_each = local.networks

  name    = "${local.name}-${each.key}"
  cidr    = each.value
  zones   = data.aws_availability_zones.available.names
  subnets = SUBNETS
  tables  = TABLES
}

module "service" {
  source   = "./service"
  for_each = local.services

  name       = "${local.name}-${each.key}"
  account_id = data.aws_caller_identity.current.account_id
  vpc_id     = module.network[each.value.network].vpc_id
  port       = each.value.port
}

resource "aws_cloudwatch_log_group" "audit" {
  count = LOG_GROUPS

  name              = "/${local.name}/audit/${count.index}"
  retention_in_days = 365
}

output "subnets" {
  value = { for name, network in module.network : name => length(network.subnet_ids) }
}

output "roles" {
  value = { for name, service in module.service : name => service.role_arns }
}
