// The two names of the platform that this package needs to point at files beside it; nothing else of Node or the browser.

declare const URL: new (url: string, base: string) => { readonly href: string };

interface ImportMeta {
  readonly url: string;
}
