variable "a" { type="string" }
variable "b" {
type="list"
}
variable "c" {
type="map"
}
variable "d" {
type=list
}
variable "e" {
type=map
}
variable "f" {
type=set
}
variable "g" {
type="set"
}
variable "h" {
type="number"
}
variable "i" {
type=any
}
variable "j" {
type=list(map)
}
variable "k" {
type="${list}"
}
variable "l" {
type=list # of any
default="${list}"
}
variable m {
type = object({
a=string,b=optional(list,[])
})
nested {
type = list
}
}
resource "type" "b" {
type="list"
}
type = "list"
