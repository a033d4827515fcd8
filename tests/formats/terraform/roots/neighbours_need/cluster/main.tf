variable "subnet_ids" { type = list(string) }

variable "control_plane_subnet_ids" {
  type    = list(string)
  default = []
}

variable "groups" { type = map(string) }

resource "aws_eks_cluster" "this" {
  name     = "apps"
  role_arn = "arn:aws:iam::111122223333:role/cluster"

  vpc_config {
    subnet_ids              = coalescelist(var.control_plane_subnet_ids, var.subnet_ids)
    endpoint_private_access = true
    endpoint_public_access  = false
  }
}

resource "aws_eks_node_group" "this" {
  for_each        = var.groups
  cluster_name    = aws_eks_cluster.this.name
  node_group_name = each.key
  node_role_arn   = "arn:aws:iam::111122223333:role/nodes"
  subnet_ids      = var.subnet_ids
  instance_types  = [each.value]

  scaling_config {
    desired_size = 1
    min_size     = 1
    max_size     = 3
  }
}
