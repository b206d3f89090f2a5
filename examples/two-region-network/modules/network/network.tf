data "aws_region" "current" {}

data "aws_availability_zones" "available" {
  state = "available"
}

locals {
  region     = data.aws_region.current.id
  zone_names = slice(data.aws_availability_zones.available.names, 0, var.zone_count)

  # Each zone's place in the address plan.
  zones = { for index, name in local.zone_names : name => index }

  # The first /20 of the network is cut into /24s: public subnets first, then, from the eighth on, databases.
  # The /20s after it belong to the private subnets, where workloads need most of the addresses.
  public_cidr_blocks   = { for name, index in local.zones : name => cidrsubnet(var.cidr_block, 8, index) }
  database_cidr_blocks = { for name, index in local.zones : name => cidrsubnet(var.cidr_block, 8, index + 8) }
  private_cidr_blocks  = { for name, index in local.zones : name => cidrsubnet(var.cidr_block, 4, index + 1) }
}

resource "aws_vpc" "this" {
  cidr_block           = var.cidr_block
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = {
    Name = var.name
  }
}

resource "aws_subnet" "public" {
  for_each = local.zones

  vpc_id                  = aws_vpc.this.id
  availability_zone       = each.key
  cidr_block              = local.public_cidr_blocks[each.key]
  map_public_ip_on_launch = true

  tags = {
    Name = "${var.name}-public-${each.key}"
    Tier = "public"
  }
}

resource "aws_subnet" "private" {
  for_each = local.zones

  vpc_id            = aws_vpc.this.id
  availability_zone = each.key
  cidr_block        = local.private_cidr_blocks[each.key]

  tags = {
    Name = "${var.name}-private-${each.key}"
    Tier = "private"
  }
}

resource "aws_subnet" "database" {
  for_each = local.zones

  vpc_id            = aws_vpc.this.id
  availability_zone = each.key
  cidr_block        = local.database_cidr_blocks[each.key]

  tags = {
    Name = "${var.name}-database-${each.key}"
    Tier = "database"
  }
}
