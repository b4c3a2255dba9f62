/** How third-party clients reach a destination: `{ endpoint, region, bucket, accessKeyId, secretAccessKey }`. */
export function rcloneEnv({ endpoint, region, accessKeyId, secretAccessKey }) {
  return {
    RCLONE_CONFIG: '/dev/null',
    RCLONE_CONFIG_B_TYPE: 's3',
    RCLONE_CONFIG_B_PROVIDER: 'Other',
    RCLONE_CONFIG_B_ENDPOINT: endpoint,
    RCLONE_CONFIG_B_REGION: region,
    RCLONE_CONFIG_B_ACCESS_KEY_ID: accessKeyId,
    RCLONE_CONFIG_B_SECRET_ACCESS_KEY: secretAccessKey,
    RCLONE_CONFIG_B_FORCE_PATH_STYLE: 'true',
  };
}

/** For awscli and s5cmd. */
export function awsEnv({ region, accessKeyId, secretAccessKey }, configFile = '/dev/null') {
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_DEFAULT_REGION: region,
    AWS_REGION: region,
    AWS_CONFIG_FILE: configFile,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/** Debian's awscli. Other `aws` commands on the path may be wrappers, which add their own start time. */
export const AWSCLI = '/usr/bin/aws';
