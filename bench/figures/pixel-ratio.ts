// Imported before Observable Plot, which reads the screen's pixel ratio once, when it is loaded. Without a screen it looks for a
// global `it`, and draws half a pixel apart in a test from what it draws in a command:
// https://github.com/observablehq/plot/blob/v0.6.17/src/style.js
Object.assign(globalThis, { window: { devicePixelRatio: 2 } });

/** Takes the screen away again, once Plot is loaded. */
export function forgetScreen(): void {
  Reflect.deleteProperty(globalThis, "window");
}
