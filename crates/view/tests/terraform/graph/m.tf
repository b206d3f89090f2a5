variable "in" {}
resource "terraform_data" "x" { input = var.in }
resource "terraform_data" "y" { input = terraform_data.x.id }
module "inner" {
  source = "./inner"
  in     = terraform_data.y.id
}
output "out" { value = module.inner.out }
