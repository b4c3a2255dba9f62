import { swiftExceptions } from '../servers/exceptions';
import { describeObjectStoreOverServer } from './objectStoreServer.contract';

describeObjectStoreOverServer('OpenStack Swift s3api', 'SESSION_RECORDER_SWIFT', swiftExceptions);
