# The same network twice, in two Regions that share nothing but this configuration.

module "virginia" {
  source = "./modules/network"

  name               = var.name
  cidr_block         = var.cidr_blocks.virginia
  nat_gateways       = var.nat_gateways
  application_port   = var.application_port
  log_retention_days = var.log_retention_days
}

module "ireland" {
  source = "./modules/network"

  providers = {
    aws = aws.ireland
  }

  name               = var.name
  cidr_block         = var.cidr_blocks.ireland
  nat_gateways       = var.nat_gateways
  application_port   = var.application_port
  log_retention_days = var.log_retention_days
}
