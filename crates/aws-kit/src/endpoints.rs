//! The `endpoints` block: where services answer, by the names Terraform gives them.

use std::collections::BTreeMap;

use rinfra_schema::{Attribute, Block, NestedBlock, Nesting};
use rinfra_value::{Type, Value};

/// Every name Terraform knows, so that a configuration shared with it is read without complaint.
const NAMES: &str = "\
    accessanalyzer account acm acmpca amg amp amplify apigateway apigatewayv2 appautoscaling appconfig \
    appfabric appflow appintegrations appintegrationsservice applicationautoscaling applicationinsights \
    applicationsignals appmesh appregistry apprunner appstream appsync athena auditmanager autoscaling \
    autoscalingplans backup batch bcmdataexports beanstalk bedrock bedrockagent billing budgets ce \
    chatbot chime chimesdkmediapipelines chimesdkvoice cleanrooms cloud9 cloudcontrol cloudcontrolapi \
    cloudformation cloudfront cloudfrontkeyvaluestore cloudhsm cloudhsmv2 cloudsearch cloudtrail \
    cloudwatch cloudwatchevents cloudwatchevidently cloudwatchlog cloudwatchlogs \
    cloudwatchobservabilityaccessmanager cloudwatchrum codeartifact codebuild codecatalyst codecommit \
    codeconnections codedeploy codeguruprofiler codegurureviewer codepipeline codestarconnections \
    codestarnotifications cognitoidentity cognitoidentityprovider cognitoidp comprehend computeoptimizer \
    config configservice connect connectcases controltower costandusagereportservice costexplorer \
    costoptimizationhub cur customerprofiles databasemigration databasemigrationservice databrew \
    dataexchange datapipeline datasync datazone dax deploy detective devicefarm devopsguru directconnect \
    directoryservice dlm dms docdb docdbelastic drs ds dsql dynamodb ec2 ecr ecrpublic ecs efs eks \
    elasticache elasticbeanstalk elasticloadbalancing elasticloadbalancingv2 elasticsearch \
    elasticsearchservice elastictranscoder elb elbv2 emr emrcontainers emrserverless es eventbridge \
    events evidently evs finspace firehose fis fms fsx gamelift glacier globalaccelerator glue \
    gluedatabrew grafana greengrass groundstation guardduty healthlake iam identitystore imagebuilder \
    inspector inspector2 inspectorv2 internetmonitor invoicing iot iotanalytics iotevents ivs ivschat \
    kafka kafkaconnect kendra keyspaces kinesis kinesisanalytics kinesisanalyticsv2 kinesisvideo kms \
    lakeformation lambda launchwizard lex lexmodelbuilding lexmodelbuildingservice lexmodels lexmodelsv2 \
    lexv2models licensemanager lightsail location locationservice logs lookoutmetrics m2 macie2 \
    managedgrafana mediaconnect mediaconvert medialive mediapackage mediapackagev2 mediapackagevod \
    mediastore memorydb mgn mq msk mwaa neptune neptunegraph networkfirewall networkmanager \
    networkmonitor notifications notificationscontacts oam opensearch opensearchingestion \
    opensearchserverless opensearchservice opsworks organizations osis outposts paymentcryptography \
    pcaconnectorad pcs pinpoint pinpointsmsvoicev2 pipes polly pricing prometheus prometheusservice \
    qbusiness qldb quicksight ram rbin rds recyclebin redshift redshiftdata redshiftdataapiservice \
    redshiftserverless rekognition resiliencehub resourceexplorer2 resourcegroups resourcegroupstagging \
    resourcegroupstaggingapi rolesanywhere route53 route53domains route53profiles \
    route53recoverycontrolconfig route53recoveryreadiness route53resolver rum s3 s3api s3control \
    s3outposts s3tables sagemaker scheduler schemas sdb secretsmanager securityhub securitylake \
    serverlessapplicationrepository serverlessapprepo serverlessrepo servicecatalog \
    servicecatalogappregistry servicediscovery servicequotas ses sesv2 sfn shield signer simpledb sns \
    sqs ssm ssmcontacts ssmincidents ssmquicksetup ssmsap sso ssoadmin stepfunctions storagegateway sts \
    swf synthetics taxsettings timestreaminfluxdb timestreamquery timestreamwrite transcribe \
    transcribeservice transfer verifiedpermissions vpclattice waf wafregional wafv2 wellarchitected \
    worklink workspaces workspacesweb xray";

/// Returns the schema of the block.
pub(crate) fn nested() -> NestedBlock {
    let block = NAMES
        .split_whitespace()
        .fold(Block::new(), |block, name| block.attribute(name, Attribute::optional(Type::String)));
    NestedBlock::new(Nesting::Set, block)
}

/// Returns the endpoints a provider configuration names.
pub(crate) fn read(config: &Value) -> BTreeMap<String, String> {
    let blocks = config.attribute("endpoints").and_then(Value::elements).into_iter().flatten();
    let named = blocks.filter_map(Value::entries).flatten();
    let set = named.filter_map(|(name, url)| Some((name.as_ref().to_owned(), url.as_str()?.to_owned())));
    set.filter(|(_, url)| !url.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::{nested, read};
    use rinfra_value::Value;

    #[test]
    fn the_names_are_terraforms() {
        let block = nested().block;
        for name in ["ec2", "logs", "cloudwatchlogs", "s3", "s3api", "iam", "sts"] {
            assert!(block.attributes.contains_key(name), "{name}");
        }
        assert!(!block.attributes.contains_key("ec3"));
    }

    #[test]
    fn endpoints_are_read() {
        let block = nested().block;
        let ec2 = Value::object([("ec2", Value::string("http://127.0.0.1:5000")), ("s3", Value::string(""))]);
        let blocks = Value::set(block.implied_type(), [block.complete(&ec2)]);
        let config = Value::object([("endpoints", blocks)]);
        let expected = [("ec2".to_owned(), "http://127.0.0.1:5000".to_owned())];
        assert_eq!(read(&config), expected.into_iter().collect());
        assert!(read(&Value::empty_object()).is_empty());
    }
}
