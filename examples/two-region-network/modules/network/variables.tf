variable "name" {
  description = "Names everything the module creates."
  type        = string
}

variable "cidr_block" {
  description = "The address range of the network, a /16."
  type        = string

  validation {
    condition     = can(cidrhost(var.cidr_block, 0)) && endswith(var.cidr_block, "/16")
    error_message = "The address range must be a /16, such as 10.10.0.0/16."
  }
}

variable "zone_count" {
  description = "Over how many Availability Zones the network spreads."
  type        = number
  default     = 3

  validation {
    condition     = var.zone_count >= 1 && var.zone_count <= 4
    error_message = "Between one and four Availability Zones fit the address plan."
  }
}

variable "nat_gateways" {
  description = "How private subnets reach the internet: \"per_zone\", \"single\" or \"none\"."
  type        = string
  default     = "per_zone"

  validation {
    condition     = contains(["per_zone", "single", "none"], var.nat_gateways)
    error_message = "Say \"per_zone\", \"single\" or \"none\"."
  }
}

variable "application_port" {
  description = "The port on which workloads in private subnets listen."
  type        = number
  default     = 8080
}

variable "database_port" {
  description = "The port on which databases listen."
  type        = number
  default     = 5432
}

variable "log_retention_days" {
  description = "How long flow logs are kept."
  type        = number
  default     = 14
}
