variable "x" { default = 2 }
locals { l = terraform_data.a.id }
resource "terraform_data" "a" { input = var.x }
resource "terraform_data" "b" {
  count = 1
  input = local.l
}
resource "terraform_data" "c" {
  for_each         = { "a\"b" = 1 }
  input            = [terraform_data.b[0].id, terraform_data.a.id]
  triggers_replace = module.m[0].out
}
module "m" {
  source = "./m"
  count  = 1
  in     = terraform_data.a.id
}
check "c" {
  assert {
    condition     = terraform_data.a.id != ""
    error_message = "no id"
  }
}
output "o" { value = module.m[0].out }
