/** The event object of Electron's vetoable events. */
export class PreventableEvent {
  #isPrevented = false;

  preventDefault(): void {
    this.#isPrevented = true;
  }

  get defaultPrevented(): boolean {
    return this.#isPrevented;
  }
}
