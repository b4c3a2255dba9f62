import { createApp } from './main/createApp';
import { runOnElectron } from './main/platform/electronPlatform';

void runOnElectron(createApp);
