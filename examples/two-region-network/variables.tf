variable "name" {
  description = "Names everything this configuration creates."
  type        = string
  default     = "two-region"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,24}$", var.name))
    error_message = "The name must be 2 to 25 lower-case letters, digits and hyphens, starting with a letter: it becomes part of a bucket name."
  }
}

variable "environment" {
  description = "The value of the Environment tag."
  type        = string
  default     = "development"
}

variable "cidr_blocks" {
  description = "The address range of the network in each Region. The ranges must not overlap, so that the networks can be connected later."
  type = object({
    virginia = string
    ireland  = string
  })
  default = {
    virginia = "10.10.0.0/16"
    ireland  = "10.20.0.0/16"
  }
}

variable "nat_gateways" {
  description = "How private subnets reach the internet: \"per_zone\", \"single\" (cheaper, but one zone's outage takes all zones offline) or \"none\"."
  type        = string
  default     = "per_zone"
}

variable "application_port" {
  description = "The port on which workloads in private subnets listen."
  type        = number
  default     = 8080
}

variable "log_retention_days" {
  description = "How long flow logs are kept."
  type        = number
  default     = 14
}
