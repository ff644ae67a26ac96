declare module '*.svg' {
  const value: string;
  export default value;
}

declare module '*/package.json' {
  export const version: string;
}
