import { AppFailure } from '../../../shared/appError';
import type { CaptureSource } from '../../../shared/recording';
import type { Platform } from '../../platformPort';
import type { ReportNotice } from '../../../shared/runtime';
import { displayGone, sourceGone } from '../recorderErrors';

/** The source being recorded. Another screen replaces a screen that is gone. */
export class CaptureTarget {
  private source: Pick<CaptureSource, 'id' | 'kind'>;
  private isTried = false;
  private readonly platform: Pick<Platform, 'listCaptureSources'>;
  private readonly report: ReportNotice;

  constructor(source: CaptureSource, platform: Pick<Platform, 'listCaptureSources'>, report: ReportNotice) {
    this.source = source;
    this.platform = platform;
    this.report = report;
  }

  /** Whether a whole screen is recorded. */
  get isScreen(): boolean {
    return this.source.kind === 'screen';
  }

  /**
   * The id of the source to open now. Trusts the chosen source the first time and looks it up later. Another screen
   * replaces a screen that is gone, with a notice; a window has no substitute.
   * @throws AppFailure `SourceGone`
   */
  async find(): Promise<string> {
    if (!this.isTried) {
      this.isTried = true;
      return this.source.id;
    }
    const sources = await this.platform.listCaptureSources({ thumbnails: false });
    if (sources.some(({ id }) => id === this.source.id)) return this.source.id;
    const left = sources.find(({ kind }) => kind === 'screen');
    if (this.source.kind !== 'screen' || left === undefined) throw new AppFailure(sourceGone);
    this.source = left;
    this.report('warning', { ...displayGone, details: left.name });
    return left.id;
  }
}
