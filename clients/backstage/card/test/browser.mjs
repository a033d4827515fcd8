// What the card's tests have for a browser: jsdom's window, in place before anything of Backstage is loaded.
import { JSDOM, VirtualConsole } from "jsdom";

const virtualConsole = new VirtualConsole();
virtualConsole.on("jsdomError", (error) => {
  if (!error.message.startsWith("Could not parse CSS")) throw error; // jsdom knows no @layer
});

const { window } = new JSDOM("<!doctype html><html lang='en'><body></body></html>", {
  url: "https://portal.example/",
  pretendToBeVisual: true,
  virtualConsole,
});
window.matchMedia = () => ({ matches: false, addListener() {}, removeListener() {}, addEventListener() {}, removeEventListener() {} });
for (const name of Object.getOwnPropertyNames(window)) {
  if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value: window[name], configurable: true, writable: true });
}
Object.assign(globalThis, { window, document: window.document, IS_REACT_ACT_ENVIRONMENT: true });
Object.defineProperty(globalThis, "navigator", { value: window.navigator, configurable: true });
for (const name of ["addEventListener", "removeEventListener", "dispatchEvent"]) globalThis[name] = window[name].bind(window);
for (const name of ["Event", "CustomEvent", "EventTarget", "MessageEvent"]) globalThis[name] = window[name];
