variable "a" { type = string }
variable "b" {
  type = list(string)
}
variable "c" {
  type = map(string)
}
variable "d" {
  type = list(any)
}
variable "e" {
  type = map(any)
}
variable "f" {
  type = set(any)
}
variable "g" {
  type = "set"
}
variable "h" {
  type = "number"
}
variable "i" {
  type = any
}
variable "j" {
  type = list(map)
}
variable "k" {
  type = "${list}"
}
variable "l" {
  type    = list(any) # of any
  default = list
}
variable "m" {
  type = object({
    a = string, b = optional(list, [])
  })
  nested {
    type = list
  }
}
resource "type" "b" {
  type = "list"
}
type = "list"
