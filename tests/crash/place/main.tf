terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

variable "generation" {
  type = number
}

variable "network" {
  type = string
}

data "aws_region" "current" {}

data "aws_caller_identity" "current" {}

data "aws_availability_zones" "available" {
  state = "available"
}

locals {
  region = data.aws_region.current.id
  zones  = toset(slice(data.aws_availability_zones.available.names, 0, 2))
  place  = { for index, zone in tolist(local.zones) : zone => index }
}

resource "aws_vpc" "this" {
  cidr_block           = var.network
  enable_dns_hostnames = true

  tags = {
    Name       = "crash"
    Generation = var.generation
  }
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id
}

resource "aws_subnet" "public" {
  for_each = local.place

  vpc_id                  = aws_vpc.this.id
  availability_zone       = each.key
  cidr_block              = cidrsubnet(var.network, 8, each.value)
  map_public_ip_on_launch = true

  tags = {
    Name = "public-${each.key}"
  }
}

# A later generation has other addresses: the old subnet must go before the new one can come.
resource "aws_subnet" "private" {
  for_each = local.place

  vpc_id            = aws_vpc.this.id
  availability_zone = each.key
  cidr_block        = cidrsubnet(var.network, 8, 10 * var.generation + each.value)

  tags = {
    Name = "private-${each.key}"
  }
}

resource "aws_eip" "nat" {
  domain     = "vpc"
  depends_on = [aws_internet_gateway.this]
}

resource "aws_nat_gateway" "this" {
  allocation_id = aws_eip.nat.id
  subnet_id     = aws_subnet.public[sort(local.zones)[0]].id

  tags = {
    Generation = var.generation
  }
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.this.id
}

resource "aws_route" "public" {
  route_table_id         = aws_route_table.public.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this.id
}

resource "aws_route_table_association" "public" {
  for_each = aws_subnet.public

  subnet_id      = each.value.id
  route_table_id = aws_route_table.public.id
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.this.id
}

resource "aws_route" "private" {
  route_table_id         = aws_route_table.private.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.this.id
}

resource "aws_route_table_association" "private" {
  for_each = aws_subnet.private

  subnet_id      = each.value.id
  route_table_id = aws_route_table.private.id
}

# Others refer to it: a later generation's is made before the old one goes.
resource "aws_security_group" "front" {
  name   = "front-${var.generation}"
  vpc_id = aws_vpc.this.id

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_security_group" "back" {
  name   = "back"
  vpc_id = aws_vpc.this.id
}

resource "aws_vpc_security_group_ingress_rule" "front" {
  for_each = { http = 80, https = 443 }

  security_group_id = aws_security_group.front.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = each.value
  to_port           = each.value
}

resource "aws_vpc_security_group_egress_rule" "front" {
  security_group_id            = aws_security_group.front.id
  referenced_security_group_id = aws_security_group.back.id
  ip_protocol                  = "tcp"
  from_port                    = 8000 + var.generation
  to_port                      = 8000 + var.generation
}

resource "aws_security_group_rule" "back" {
  security_group_id = aws_security_group.back.id
  type              = "ingress"
  cidr_blocks       = [for subnet in aws_subnet.private : subnet.cidr_block]
  protocol          = "tcp"
  from_port         = 5432
  to_port           = 5432
}
