import {
  AppWindow,
  ArrowUpDown,
  Camera,
  EyeOff,
  Keyboard,
  MousePointer2,
  MousePointerClick,
  Move,
  Pause,
  Command,
  TriangleAlert,
  type LucideIcon,
} from 'lucide-react';
import type { StepKind } from '../../shared/playback/step';
import { cn } from '../ui/cn';

type Look = { Icon: LucideIcon; text: string; color: string };

/** The look of each kind of step: its icon, the class of its text, the custom property of its mark on the time line. */
export const stepLooks: Readonly<Record<StepKind, Look>> = {
  click: { Icon: MousePointerClick, text: 'text-accent', color: '--accent' },
  'double-click': { Icon: MousePointerClick, text: 'text-accent', color: '--accent' },
  drag: { Icon: Move, text: 'text-accent', color: '--accent' },
  scroll: { Icon: ArrowUpDown, text: 'text-soft', color: '--edge' },
  key: { Icon: Keyboard, text: 'text-good', color: '--good' },
  typing: { Icon: Keyboard, text: 'text-good', color: '--good' },
  shortcut: { Icon: Command, text: 'text-good', color: '--good' },
  window: { Icon: AppWindow, text: 'text-info', color: '--info' },
  screenshot: { Icon: Camera, text: 'text-soft', color: '--edge' },
  pause: { Icon: Pause, text: 'text-warn', color: '--warn' },
  gap: { Icon: TriangleAlert, text: 'text-bad', color: '--bad' },
  redaction: { Icon: EyeOff, text: 'text-bad', color: '--bad' },
  pointer: { Icon: MousePointer2, text: 'text-soft', color: '--edge' },
};

export function StepIcon({ kind }: { kind: StepKind }) {
  const { Icon, text } = stepLooks[kind];
  return <Icon aria-hidden className={cn('size-4 shrink-0', text)} />;
}
