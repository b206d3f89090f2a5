locals {
  # Ports that the internet may reach on a load balancer.
  public_ports = {
    http  = 80
    https = 443
  }
}

resource "aws_security_group" "load_balancer" {
  name        = "${var.name}-load-balancer"
  description = "Load balancers: reachable from the internet"
  vpc_id      = aws_vpc.this.id

  tags = {
    Name = "${var.name}-load-balancer"
  }
}

resource "aws_vpc_security_group_ingress_rule" "load_balancer" {
  for_each = local.public_ports

  security_group_id = aws_security_group.load_balancer.id
  description       = upper(each.key)
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = each.value
  to_port           = each.value
}

resource "aws_vpc_security_group_egress_rule" "load_balancer_to_application" {
  security_group_id            = aws_security_group.load_balancer.id
  referenced_security_group_id = aws_security_group.application.id
  ip_protocol                  = "tcp"
  from_port                    = var.application_port
  to_port                      = var.application_port
}

resource "aws_security_group" "application" {
  name        = "${var.name}-application"
  description = "Workloads: reachable from load balancers only"
  vpc_id      = aws_vpc.this.id

  tags = {
    Name = "${var.name}-application"
  }
}

resource "aws_vpc_security_group_ingress_rule" "application_from_load_balancer" {
  security_group_id            = aws_security_group.application.id
  referenced_security_group_id = aws_security_group.load_balancer.id
  ip_protocol                  = "tcp"
  from_port                    = var.application_port
  to_port                      = var.application_port
}

resource "aws_vpc_security_group_egress_rule" "application_to_anywhere" {
  security_group_id = aws_security_group.application.id
  description       = "To anywhere"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}

resource "aws_security_group" "database" {
  name        = "${var.name}-database"
  description = "Databases: reachable from private subnets only"
  vpc_id      = aws_vpc.this.id

  tags = {
    Name = "${var.name}-database"
  }
}

# One rule for the private subnets of all zones: a rule of this kind takes several ranges.
resource "aws_security_group_rule" "database_from_private" {
  security_group_id = aws_security_group.database.id
  type              = "ingress"
  description       = "From private subnets"
  cidr_blocks       = values(local.private_cidr_blocks)
  protocol          = "tcp"
  from_port         = var.database_port
  to_port           = var.database_port
}
