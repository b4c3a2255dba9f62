import { cephExceptions } from '../servers/exceptions';
import { describeObjectStoreOverServer } from './objectStoreServer.contract';

describeObjectStoreOverServer('Ceph RADOS Gateway', 'SESSION_RECORDER_CEPH', cephExceptions);
