provider "aws" {
  region     = "us-east-1"
  access_key = "test"
  secret_key = "test"
}

module "network" {
  source   = "./network"
  for_each = { apps = "10.41.0.0/16", data = "10.42.0.0/16", idle = "10.43.0.0/16", tasks = "10.44.0.0/16" }
  cidr     = each.value
  buckets  = ["arn:aws:s3:::own-${each.key}/*"]
}

module "cluster" {
  source     = "./cluster"
  subnet_ids = module.network["apps"].private_subnet_ids
  groups     = { system = "t3.large", batch = "m6i.xlarge" }
}

resource "aws_imagebuilder_infrastructure_configuration" "images" {
  name                  = "images"
  instance_profile_name = "images"
  security_group_ids    = [module.network["data"].security_group_id]
  subnet_id             = module.network["data"].private_subnet_ids[0]
}

resource "aws_ecs_cluster" "tasks" {
  name = "tasks"
}

resource "aws_ecs_task_definition" "tasks" {
  for_each                 = toset(["web"])
  family                   = each.key
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = "arn:aws:iam::111122223333:role/tasks"

  container_definitions = jsonencode([
    { name = each.key, image = "111122223333.dkr.ecr.us-east-1.amazonaws.com/${each.key}:1", essential = true }
  ])
}

resource "aws_ecs_service" "tasks" {
  for_each        = toset(["web"])
  name            = each.key
  cluster         = aws_ecs_cluster.tasks.id
  task_definition = aws_ecs_task_definition.tasks[each.key].arn
  launch_type     = "FARGATE"
  desired_count   = 1

  network_configuration {
    subnets         = module.network["tasks"].private_subnet_ids
    security_groups = [module.network["tasks"].security_group_id]
  }
}
