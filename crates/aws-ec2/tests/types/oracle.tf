terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" {
  region                  = "eu-central-1"
  skip_metadata_api_check = true
}
resource "aws_vpc" "a" {
  cidr_block = "10.0.0.0/16"
  tags       = { Name = "a" }
}
resource "aws_vpc" "b" {
  cidr_block                       = "10.1.0.0/16"
  enable_dns_hostnames             = true
  assign_generated_ipv6_cidr_block = true
}
resource "aws_subnet" "a" {
  vpc_id                  = aws_vpc.a.id
  cidr_block              = "10.0.1.0/24"
  availability_zone       = "eu-central-1a"
  map_public_ip_on_launch = true
}
resource "aws_subnet" "b" {
  vpc_id     = aws_vpc.a.id
  cidr_block = "10.0.2.0/24"
}
resource "aws_internet_gateway" "a" { vpc_id = aws_vpc.a.id }
resource "aws_internet_gateway" "lone" {}
resource "aws_eip" "a" { domain = "vpc" }
resource "aws_nat_gateway" "a" {
  allocation_id = aws_eip.a.id
  subnet_id     = aws_subnet.a.id
}
resource "aws_route_table" "a" { vpc_id = aws_vpc.a.id }
resource "aws_route_table" "inline" {
  vpc_id = aws_vpc.a.id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.a.id
  }
}
resource "aws_route" "a" {
  route_table_id         = aws_route_table.a.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.a.id
}
resource "aws_route" "six" {
  route_table_id              = aws_route_table.a.id
  destination_ipv6_cidr_block = "::/0"
  gateway_id                  = aws_internet_gateway.a.id
}
resource "aws_route_table_association" "a" {
  route_table_id = aws_route_table.a.id
  subnet_id      = aws_subnet.a.id
}
resource "aws_security_group" "a" {
  name   = "a"
  vpc_id = aws_vpc.a.id
}
resource "aws_security_group" "prefix" {
  name_prefix = "p-"
  description = "with rules"
  vpc_id      = aws_vpc.a.id
  ingress {
    from_port   = 80
    to_port     = 80
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8", "192.168.0.0/16"]
  }
  ingress {
    from_port       = 443
    to_port         = 443
    protocol        = "tcp"
    security_groups = [aws_security_group.a.id]
    self            = true
    description     = "sg"
  }
  egress {
    from_port        = 0
    to_port          = 0
    protocol         = "-1"
    cidr_blocks      = ["0.0.0.0/0"]
    ipv6_cidr_blocks = ["::/0"]
  }
}
resource "aws_security_group_rule" "a" {
  security_group_id = aws_security_group.a.id
  type              = "ingress"
  protocol          = "tcp"
  from_port         = 8080
  to_port           = 8090
  cidr_blocks       = ["10.0.0.0/8"]
  description       = "x"
}
resource "aws_security_group_rule" "all" {
  security_group_id = aws_security_group.a.id
  type              = "egress"
  protocol          = "all"
  from_port         = 0
  to_port           = 0
  cidr_blocks       = ["0.0.0.0/0"]
}
resource "aws_security_group_rule" "self" {
  security_group_id = aws_security_group.a.id
  type              = "ingress"
  protocol          = "udp"
  from_port         = 53
  to_port           = 53
  self              = true
}
resource "aws_security_group_rule" "sg" {
  security_group_id        = aws_security_group.a.id
  type                     = "ingress"
  protocol                 = "6"
  from_port                = 22
  to_port                  = 22
  source_security_group_id = aws_security_group.prefix.id
}
resource "aws_security_group_rule" "two" {
  security_group_id = aws_security_group.a.id
  type              = "ingress"
  protocol          = "tcp"
  from_port         = 1
  to_port           = 2
  cidr_blocks       = ["10.2.0.0/16", "10.1.0.0/16"]
}
resource "aws_vpc_security_group_ingress_rule" "a" {
  security_group_id = aws_security_group.a.id
  ip_protocol       = "tcp"
  from_port         = 81
  to_port           = 82
  cidr_ipv4         = "10.0.0.0/8"
  tags              = { a = "b" }
}
resource "aws_vpc_security_group_egress_rule" "a" {
  security_group_id = aws_security_group.a.id
  ip_protocol       = "-1"
  cidr_ipv4         = "10.9.0.0/16"
  description       = "e"
}
