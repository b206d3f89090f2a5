output "vpc_ids" {
  description = "The network of each Region."
  value = {
    for network in [module.virginia, module.ireland] : network.region => network.vpc_id
  }
}

output "private_subnet_ids" {
  description = "Where workloads go, by Region and Availability Zone."
  value = {
    for network in [module.virginia, module.ireland] : network.region => network.private_subnet_ids
  }
}

output "nat_addresses" {
  description = "The addresses from which each Region reaches the internet."
  value = {
    for network in [module.virginia, module.ireland] : network.region => network.nat_addresses
  }
}

output "log_buckets" {
  description = "The log bucket of each Region."
  value       = [module.virginia.log_bucket, module.ireland.log_bucket]
}
