locals {
  nat_zones = toset({
    per_zone = local.zone_names
    single   = slice(local.zone_names, 0, 1)
    none     = []
  }[var.nat_gateways])

  # The zone whose NAT gateway serves each zone.
  nat_zone_of = {
    for name in local.zone_names : name => var.nat_gateways == "per_zone" ? name : local.zone_names[0]
    if var.nat_gateways != "none"
  }
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id

  tags = {
    Name = var.name
  }
}

resource "aws_eip" "nat" {
  for_each = local.nat_zones

  domain = "vpc"

  tags = {
    Name = "${var.name}-nat-${each.key}"
  }

  # An address can be associated only once the network has a way out.
  depends_on = [aws_internet_gateway.this]
}

resource "aws_nat_gateway" "this" {
  for_each = local.nat_zones

  allocation_id = aws_eip.nat[each.key].id
  subnet_id     = aws_subnet.public[each.key].id

  tags = {
    Name = "${var.name}-${each.key}"
  }

  depends_on = [aws_internet_gateway.this]
}
