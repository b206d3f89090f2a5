resource "aws_cloudwatch_log_group" "flow" {
  name              = "/crash/flow"
  retention_in_days = var.generation == 1 ? 7 : 14
}

# A name that changes is another group.
resource "aws_cloudwatch_log_group" "audit" {
  name = "/crash/audit-${var.generation}"
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["vpc-flow-logs.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "write" {
  statement {
    actions   = ["logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.flow.arn}:*", "${aws_cloudwatch_log_group.audit.arn}:*"]
  }
}

resource "aws_iam_role" "flow" {
  name               = "crash-flow-${local.region}-${var.generation}"
  assume_role_policy = data.aws_iam_policy_document.trust.json

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_iam_role_policy" "flow" {
  name   = "write"
  role   = aws_iam_role.flow.id
  policy = data.aws_iam_policy_document.write.json
}

resource "aws_iam_policy" "read" {
  name   = "crash-read-${local.region}"
  policy = data.aws_iam_policy_document.write.json
}

resource "aws_iam_role_policy_attachment" "read" {
  role       = aws_iam_role.flow.name
  policy_arn = aws_iam_policy.read.arn
}

resource "aws_s3_bucket" "logs" {
  bucket = "crash-${data.aws_caller_identity.current.account_id}-${local.region}"

  tags = {
    Generation = var.generation
  }
}

resource "aws_s3_bucket_versioning" "logs" {
  bucket = aws_s3_bucket.logs.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_public_access_block" "logs" {
  bucket = aws_s3_bucket.logs.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = var.generation == 1
}

resource "aws_s3_bucket_server_side_encryption_configuration" "logs" {
  bucket = aws_s3_bucket.logs.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

output "vpc_id" {
  value = aws_vpc.this.id
}
