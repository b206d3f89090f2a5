variable "name" {
  type = string
}

variable "account_id" {
  type = string
}

variable "vpc_id" {
  type = string
}

variable "port" {
  type = number
}

resource "aws_security_group" "this" {
  for_each = toset(["frontend", "backend", "worker"])

  name        = "${var.name}-${each.key}"
  description = "The ${each.key} of ${var.name}"
  vpc_id      = var.vpc_id

  tags = {
    Name = "${var.name}-${each.key}"
  }
}

resource "aws_vpc_security_group_ingress_rule" "public" {
  for_each = { http = 80, https = 443 }

  security_group_id = aws_security_group.this["frontend"].id
  description       = "${each.key} from everywhere"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = each.value
  to_port           = each.value
}

resource "aws_vpc_security_group_ingress_rule" "between" {
  for_each = { backend = "frontend", worker = "backend" }

  security_group_id            = aws_security_group.this[each.key].id
  referenced_security_group_id = aws_security_group.this[each.value].id
  ip_protocol                  = "tcp"
  from_port                    = var.port
  to_port                      = var.port
}

resource "aws_vpc_security_group_ingress_rule" "metrics" {
  for_each = aws_security_group.this

  security_group_id = each.value.id
  description       = "metrics"
  cidr_ipv4         = "10.240.0.0/16"
  ip_protocol       = "tcp"
  from_port         = 9100
  to_port           = 9100
}

resource "aws_cloudwatch_log_group" "this" {
  for_each = toset(["access", "web", "worker"])

  name              = "/${var.name}/${each.key}"
  retention_in_days = each.key == "access" ? 90 : 30
}

output "role_arns" {
  value = { for name, role in aws_iam_role.this : name => role.arn }
}
