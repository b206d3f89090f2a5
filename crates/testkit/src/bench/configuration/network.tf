variable "name" {
  type = string
}

variable "cidr" {
  type = string
}

variable "zones" {
  type = list(string)
}

variable "subnets" {
  type = number
}

variable "tables" {
  type = number
}

resource "aws_vpc" "this" {
  cidr_block           = var.cidr
  enable_dns_hostnames = true

  tags = {
    Name = var.name
  }
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id

  tags = {
    Name = var.name
  }
}

resource "aws_subnet" "this" {
  count = var.subnets

  vpc_id                  = aws_vpc.this.id
  cidr_block              = cidrsubnet(var.cidr, 8, count.index)
  availability_zone       = var.zones[count.index % length(var.zones)]
  map_public_ip_on_launch = count.index % 4 == 0

  tags = {
    Name = "${var.name}-${count.index}"
    Tier = count.index % 4 == 0 ? "public" : "private"
  }
}

resource "aws_route_table" "this" {
  count = var.tables

  vpc_id = aws_vpc.this.id

  tags = {
    Name = "${var.name}-${count.index}"
  }
}

resource "aws_route" "internet" {
  count = var.tables

  route_table_id         = aws_route_table.this[count.index].id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this.id
}

resource "aws_route_table_association" "this" {
  count = var.subnets

  subnet_id      = aws_subnet.this[count.index].id
  route_table_id = aws_route_table.this[count.index % var.tables].id
}

output "vpc_id" {
  value = aws_vpc.this.id
}

output "subnet_ids" {
  value = aws_subnet.this[*].id
}
