import { describe, expect, test } from 'vitest';
import { placeOnPicture } from '../../../src/shared/playback/placeOnPicture';

const display = (id: string, x: number, width: number, height: number) => ({
  ...{ id, name: id, x, y: 0, width, height, scaleFactor: 1 },
});
const screen = { id: 'screen:1', name: 'Screen', kind: 'screen' as const };
const at = (x: number, y: number, more: { display?: string; epoch?: number } = {}) => ({
  ...{ display: 'a', epoch: 0, x, y },
  ...more,
});

describe('a click on the picture', () => {
  const one = { source: screen, geometry: [{ epoch: 0, tUs: 0, displays: [display('a', 0, 1600, 900)] }] };

  test('stands at its share of the display, whatever size the video was scaled to', () => {
    expect(placeOnPicture(one, 0, at(400, 450))).toEqual({ x: 0.25, y: 0.5 });
    expect(placeOnPicture(one, 0, at(400, 450), { width: 800, height: 450 })).toEqual({ x: 0.25, y: 0.5 });
  });

  test('off the picture, or of an unknown display or epoch, has no place', () => {
    expect(placeOnPicture(one, 0, at(1700, 10))).toBeNull();
    expect(placeOnPicture(one, 0, at(1, 1, { display: 'b' }))).toBeNull();
    expect(placeOnPicture(one, 3, at(1, 1))).toBeNull();
  });

  test('is measured in its own epoch: after a resize by the new size, and never across one', () => {
    const resized = {
      source: screen,
      geometry: [...one.geometry, { epoch: 1, tUs: 5, displays: [display('a', 0, 800, 600)] }],
    };
    expect(placeOnPicture(resized, 1, at(400, 300, { epoch: 1 }))).toEqual({ x: 0.5, y: 0.5 });
    expect(placeOnPicture(resized, 1, at(400, 300))).toBeNull();
  });

  test('on one of several displays is placed by the display that was recorded', () => {
    const displays = [display('a', 0, 1600, 900), display('b', 1600, 1600, 900)];
    const geometry = [{ epoch: 0, tUs: 0, displays }];
    const recorded = { source: { ...screen, display: 'b' }, geometry };
    expect(placeOnPicture(recorded, 0, at(400, 450, { display: 'b' }))).toEqual({ x: 0.25, y: 0.5 });
    expect(placeOnPicture(recorded, 0, at(400, 450))).toBeNull();
    const unknown = { source: screen, geometry };
    expect(placeOnPicture(unknown, 0, at(400, 450))).toBeNull();
    expect(placeOnPicture(unknown, 0, at(400, 450), { width: 1600, height: 900 })).toBeNull();
    const all = { width: 3200, height: 900 };
    expect(placeOnPicture(unknown, 0, at(400, 450, { display: 'b' }), all)).toEqual({ x: 0.625, y: 0.5 });
  });

  test('after the recorded display went away is placed on the one that is left', () => {
    const [a, b] = [display('a', 0, 1600, 900), display('b', 1600, 800, 600)];
    const geometry = [
      { epoch: 0, tUs: 0, displays: [a, b] },
      { epoch: 1, tUs: 5, displays: [b] },
    ];
    const recorded = { source: { ...screen, display: 'a' }, geometry };
    expect(placeOnPicture(recorded, 0, at(400, 450))).toEqual({ x: 0.25, y: 0.5 });
    expect(placeOnPicture(recorded, 1, at(200, 300, { display: 'b', epoch: 1 }))).toEqual({
      x: 0.25,
      y: 0.5,
    });
    expect(placeOnPicture(recorded, 1, at(400, 450))).toBeNull();
  });

  test('in a window that was recorded by itself has no place: where the window was is not known', () => {
    expect(placeOnPicture({ ...one, source: { ...screen, kind: 'window' } }, 0, at(1, 1))).toBeNull();
  });
});
