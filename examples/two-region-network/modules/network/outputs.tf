output "region" {
  description = "The Region of the network."
  value       = local.region
}

output "vpc_id" {
  value = aws_vpc.this.id
}

output "public_subnet_ids" {
  description = "By Availability Zone."
  value       = { for zone, subnet in aws_subnet.public : zone => subnet.id }
}

output "private_subnet_ids" {
  description = "By Availability Zone."
  value       = { for zone, subnet in aws_subnet.private : zone => subnet.id }
}

output "database_subnet_ids" {
  description = "By Availability Zone."
  value       = { for zone, subnet in aws_subnet.database : zone => subnet.id }
}

output "security_group_ids" {
  description = "By what they protect."
  value = {
    load_balancer = aws_security_group.load_balancer.id
    application   = aws_security_group.application.id
    database      = aws_security_group.database.id
  }
}

output "nat_addresses" {
  description = "The addresses from which private subnets reach the internet."
  value       = sort([for address in aws_eip.nat : address.public_ip])
}

output "log_bucket" {
  value = aws_s3_bucket.logs.bucket
}
