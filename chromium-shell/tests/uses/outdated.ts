/** Each line that ends with "deprecated" uses a deprecated member; the others are correct. */
import { nativeImage, safeStorage, type BrowserWindow } from 'electron';

export function outdated(window: BrowserWindow): void {
  window.setBrowserView(null); // deprecated
  const parts: { window: Pick<BrowserWindow, 'getBrowserViews' | 'isVisible'> } = { window };
  void parts.window.getBrowserViews(); // deprecated
  void parts.window.isVisible();
  const { isEncryptionAvailable } = safeStorage; // deprecated
  void isEncryptionAvailable();
  void safeStorage.isAsyncEncryptionAvailable();
  const port: { getBitmap(): void } = nativeImage.createEmpty(); // deprecated
  port.getBitmap();
}
