import { defineConfig } from '@playwright/test';

/**
 * Real parts only: JupyterLab, the emulator and a conda channel, each a process of its own,
 * started once per worker by `lab.ts`.
 */
export default defineConfig({
  testDir: '.',
  fullyParallel: false,
  workers: 1,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  outputDir: '../../.cache/test-results',
  use: {
    browserName: 'chromium',
    headless: true,
    viewport: { width: 1200, height: 900 },
    actionTimeout: 20_000,
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync'
      ]
    }
  },
  projects: [
    { name: 'journeys', testMatch: '*.spec.ts', testIgnore: 'notebook7.spec.ts' },
    { name: 'notebook', testMatch: 'notebook7.spec.ts' },
    { name: 'screenshots', testMatch: 'screenshots.ts' },
    { name: 'figures', testMatch: 'figures.ts' }
  ]
});
