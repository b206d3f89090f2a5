locals {
  programs = toset(["web", "worker"])
}

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "logs" {
  for_each = local.programs

  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.this[each.key].arn}:*"]
  }
}

resource "aws_iam_role" "this" {
  for_each = local.programs

  name               = "${var.name}-${each.key}"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

resource "aws_iam_policy" "logs" {
  for_each = local.programs

  name   = "${var.name}-${each.key}-logs"
  policy = data.aws_iam_policy_document.logs[each.key].json
}

resource "aws_iam_role_policy_attachment" "logs" {
  for_each = local.programs

  role       = aws_iam_role.this[each.key].name
  policy_arn = aws_iam_policy.logs[each.key].arn
}

resource "aws_iam_role_policy" "queue" {
  name = "queue"
  role = aws_iam_role.this["worker"].id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["sqs:DeleteMessage", "sqs:ReceiveMessage"]
      Resource = "arn:aws:sqs:*:${var.account_id}:${var.name}"
    }]
  })
}
