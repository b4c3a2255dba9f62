import type Electron from 'electron';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { findOnPath } from '../chromium/findChromium.ts';
import { guardClass } from '../notImplemented.ts';

type Implemented = Pick<
  Electron.NativeImage,
  | 'isEmpty'
  | 'getSize'
  | 'getAspectRatio'
  | 'toPNG'
  | 'toJPEG'
  | 'toDataURL'
  | 'resize'
  | 'addRepresentation'
  | 'getScaleFactors'
  | 'setTemplateImage'
  | 'isTemplateImage'
>;

const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47]);
const widthOffset = 16;
const heightOffset = 20;
const largestImageBytes = 256 * 1024 * 1024;

/** ffmpeg converts images; if it is missing, the first conversion reports that. */
function convert(image: Buffer, ...args: string[]): Buffer<ArrayBuffer> {
  if (!findOnPath('ffmpeg')) {
    throw new Error('The Chromium shell needs ffmpeg for this picture: run "sudo apt-get install ffmpeg".');
  }
  const result = spawnSync('ffmpeg', ['-v', 'error', '-i', '-', ...args, '-'], {
    input: image,
    maxBuffer: largestImageBytes,
  });
  if (result.status !== 0) throw new Error(`ffmpeg could not convert a picture: ${result.stderr.toString()}`);
  return Buffer.from(result.stdout);
}

const asPng = ['-c:v', 'png', '-f', 'image2pipe'];

/** ffmpeg's scale runs from 2 (best) to 31. */
function jpegScale(quality: number): string {
  return String(Math.max(2, Math.round(31 - quality * 0.29)));
}

function toPng(picture: Buffer): Buffer {
  return picture.subarray(0, 4).equals(pngSignature) ? picture : convert(picture, ...asPng);
}

function fromDataUrl(url: string): Buffer {
  return Buffer.from(url.slice(url.indexOf(',') + 1), 'base64');
}

/** An image, kept as PNG. */
export class ShellNativeImage implements Implemented {
  /** By scale factor. */
  readonly #pictures = new Map<number, Buffer>();
  #isTemplate = false;

  constructor(picture: Buffer = Buffer.alloc(0)) {
    if (picture.length > 0) this.#pictures.set(1, toPng(picture));
  }

  get #png(): Buffer {
    return this.#pictures.get(1) ?? [...this.#pictures.values()][0] ?? Buffer.alloc(0);
  }

  static createEmpty(): ShellNativeImage {
    return new ShellNativeImage();
  }

  /** Empty, as in Electron, if there is no such file. */
  static createFromPath(file: string): ShellNativeImage {
    return new ShellNativeImage(fs.existsSync(file) ? fs.readFileSync(file) : undefined);
  }

  static createFromBuffer(picture: Buffer): ShellNativeImage {
    return new ShellNativeImage(picture);
  }

  static createFromDataURL(url: string): ShellNativeImage {
    return new ShellNativeImage(fromDataUrl(url));
  }

  isEmpty(): boolean {
    return this.#png.length === 0;
  }

  getSize(): Electron.Size {
    if (this.isEmpty()) return { width: 0, height: 0 };
    // In points: the size at the lowest scale factor.
    const scale = this.#pictures.has(1) ? 1 : this.getScaleFactors()[0]!;
    const pixels = (offset: number) => Math.round(this.#png.readUInt32BE(offset) / scale);
    return { width: pixels(widthOffset), height: pixels(heightOffset) };
  }

  getAspectRatio(): number {
    const { width, height } = this.getSize();
    return height === 0 ? 1 : width / height;
  }

  toPNG(): Buffer<ArrayBuffer> {
    return Buffer.from(this.#png);
  }

  toJPEG(quality: number): Buffer<ArrayBuffer> {
    return this.isEmpty() ? Buffer.alloc(0) : convert(this.#png, '-q:v', jpegScale(quality), '-f', 'mjpeg');
  }

  toDataURL(): string {
    return `data:image/png;base64,${this.#png.toString('base64')}`;
  }

  resize({ width = -1, height = -1 }: Electron.ResizeOptions): Electron.NativeImage {
    const resized = this.isEmpty()
      ? this
      : new ShellNativeImage(convert(this.#png, '-vf', `scale=${width}:${height}`, ...asPng));
    return resized as unknown as Electron.NativeImage;
  }

  addRepresentation({ scaleFactor = 1, buffer, dataURL }: Electron.AddRepresentationOptions): void {
    const picture = dataURL ? fromDataUrl(dataURL) : buffer;
    if (picture) this.#pictures.set(scaleFactor, toPng(picture));
  }

  getScaleFactors(): number[] {
    return [...this.#pictures.keys()].sort((a, b) => a - b);
  }

  setTemplateImage(isTemplate: boolean): void {
    this.#isTemplate = isTemplate;
  }

  isTemplateImage(): boolean {
    return this.#isTemplate;
  }
}

guardClass(ShellNativeImage, 'nativeImage');
