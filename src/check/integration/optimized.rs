//! The optimized integrations: which actions a service has, how their end can be awaited, what they cannot do without.
//!
//! From the developer guide's pages on each service. Of parameters only those stand here without which a call is refused.

use crate::definition::Pattern;

/// An action of an optimized integration: `arn:aws:states:::SERVICE:ACTION`.
pub(super) struct Action {
    pub service: &'static str,
    pub name: &'static str,
    pub patterns: &'static [Pattern],
    pub required: &'static [&'static str],
}

const CALL: &[Pattern] = &[Pattern::RequestResponse];
const JOB: &[Pattern] = &[Pattern::RequestResponse, Pattern::Sync];
const TOKEN: &[Pattern] = &[Pattern::RequestResponse, Pattern::WaitForTaskToken];
const JOB_OR_TOKEN: &[Pattern] = &[Pattern::RequestResponse, Pattern::Sync, Pattern::WaitForTaskToken];
const EXECUTION: &[Pattern] = &[Pattern::RequestResponse, Pattern::Sync, Pattern::Sync2, Pattern::WaitForTaskToken];

const fn action(
    service: &'static str,
    name: &'static str,
    patterns: &'static [Pattern],
    required: &'static [&'static str],
) -> Action {
    Action { service, name, patterns, required }
}

/// All of them, by service.
pub(super) static ACTIONS: &[Action] = &[
    action("apigateway", "invoke", TOKEN, &["ApiEndpoint", "Method"]),
    action("athena", "startQueryExecution", JOB, &["QueryString"]),
    action("athena", "stopQueryExecution", CALL, &["QueryExecutionId"]),
    action("athena", "getQueryExecution", CALL, &["QueryExecutionId"]),
    action("athena", "getQueryResults", CALL, &["QueryExecutionId"]),
    action("batch", "submitJob", JOB, &["JobDefinition", "JobName", "JobQueue"]),
    action("bedrock", "invokeModel", TOKEN, &["ModelId"]),
    action(
        "bedrock",
        "createModelCustomizationJob",
        JOB_OR_TOKEN,
        &["BaseModelIdentifier", "CustomModelName", "RoleArn"],
    ),
    action("codebuild", "startBuild", JOB, &["ProjectName"]),
    action("codebuild", "stopBuild", CALL, &["Id"]),
    action("codebuild", "batchDeleteBuilds", CALL, &["Ids"]),
    action("codebuild", "batchGetReports", CALL, &["ReportArns"]),
    action("codebuild", "startBuildBatch", JOB, &["ProjectName"]),
    action("codebuild", "stopBuildBatch", CALL, &["Id"]),
    action("codebuild", "retryBuildBatch", JOB, &[]),
    action("codebuild", "deleteBuildBatch", CALL, &["Id"]),
    action("databrew", "startJobRun", JOB, &["Name"]),
    action("dynamodb", "getItem", CALL, &["Key", "TableName"]),
    action("dynamodb", "putItem", CALL, &["Item", "TableName"]),
    action("dynamodb", "updateItem", CALL, &["Key", "TableName"]),
    action("dynamodb", "deleteItem", CALL, &["Key", "TableName"]),
    action("ecs", "runTask", JOB_OR_TOKEN, &["TaskDefinition"]),
    action("eks", "createCluster", JOB, &["Name", "ResourcesVpcConfig", "RoleArn"]),
    action("eks", "deleteCluster", JOB, &["Name"]),
    action("eks", "createNodegroup", JOB, &["ClusterName", "NodegroupName", "NodeRole", "Subnets"]),
    action("eks", "deleteNodegroup", JOB, &["ClusterName", "NodegroupName"]),
    action("eks", "createFargateProfile", JOB, &["ClusterName", "FargateProfileName", "PodExecutionRoleArn"]),
    action("eks", "deleteFargateProfile", JOB, &["ClusterName", "FargateProfileName"]),
    action("eks", "runJob", JOB_OR_TOKEN, &["CertificateAuthority", "ClusterName", "Endpoint", "Job"]),
    action("eks", "call", TOKEN, &["CertificateAuthority", "ClusterName", "Endpoint", "Method", "Path"]),
    action("elasticmapreduce", "createCluster", JOB, &["Instances", "Name"]),
    action("elasticmapreduce", "setClusterTerminationProtection", CALL, &["ClusterId", "TerminationProtected"]),
    action("elasticmapreduce", "terminateCluster", JOB, &["ClusterId"]),
    action("elasticmapreduce", "addStep", JOB, &["ClusterId", "Step"]),
    action("elasticmapreduce", "cancelStep", CALL, &["ClusterId", "StepId"]),
    action("elasticmapreduce", "modifyInstanceFleetByName", CALL, &["ClusterId", "InstanceFleetName"]),
    action("elasticmapreduce", "modifyInstanceGroupByName", CALL, &["ClusterId", "InstanceGroupName"]),
    action("emr-containers", "createVirtualCluster", CALL, &["ContainerProvider", "Name"]),
    action("emr-containers", "deleteVirtualCluster", JOB, &["Id"]),
    action("emr-containers", "startJobRun", JOB, &["VirtualClusterId"]),
    action("emr-serverless", "createApplication", JOB, &["ReleaseLabel", "Type"]),
    action("emr-serverless", "startApplication", JOB, &["ApplicationId"]),
    action("emr-serverless", "stopApplication", JOB, &["ApplicationId"]),
    action("emr-serverless", "deleteApplication", JOB, &["ApplicationId"]),
    action("emr-serverless", "startJobRun", JOB, &["ApplicationId", "ExecutionRoleArn"]),
    action("emr-serverless", "cancelJobRun", JOB, &["ApplicationId", "JobRunId"]),
    action("events", "putEvents", TOKEN, &["Entries"]),
    action("glue", "startJobRun", JOB, &["JobName"]),
    action("http", "invoke", CALL, &["ApiEndpoint", "Method"]),
    action("lambda", "invoke", TOKEN, &["FunctionName"]),
    // In no guide, but the service takes it (recorded).
    action("lambda", "listFunctions", CALL, &[]),
    action("mediaconvert", "createJob", JOB, &["Role", "Settings"]),
    action("sagemaker", "createEndpoint", CALL, &["EndpointConfigName", "EndpointName"]),
    action("sagemaker", "createEndpointConfig", CALL, &["EndpointConfigName", "ProductionVariants"]),
    action("sagemaker", "createHyperParameterTuningJob", JOB, &["HyperParameterTuningJobName"]),
    action("sagemaker", "createLabelingJob", JOB, &["LabelingJobName"]),
    action("sagemaker", "createModel", CALL, &["ModelName"]),
    action("sagemaker", "createProcessingJob", JOB, &["AppSpecification", "ProcessingJobName", "RoleArn"]),
    action("sagemaker", "createTrainingJob", JOB, &["AlgorithmSpecification", "RoleArn", "TrainingJobName"]),
    action("sagemaker", "createTransformJob", JOB, &["ModelName", "TransformJobName"]),
    action("sagemaker", "updateEndpoint", CALL, &["EndpointConfigName", "EndpointName"]),
    action("sns", "publish", TOKEN, &["Message"]),
    action("sqs", "sendMessage", TOKEN, &["MessageBody", "QueueUrl"]),
    action("states", "startExecution", EXECUTION, &["StateMachineArn"]),
];

/// The action with this name.
pub(super) fn action_named(service: &str, name: &str) -> Option<&'static Action> {
    ACTIONS.iter().find(|action| action.service == service && action.name == name)
}
