import { longTime, shortTime } from '../model/format';

describe('moments', () => {
  it('are written in the page’s language', () => {
    const time = new Date(2026, 10, 29, 20, 0);
    document.documentElement.lang = 'en';
    expect(longTime(time)).toMatch(/^11\/29\/26, 8:00\sPM$/);
    expect(longTime(time.toISOString())).toBe(longTime(time));
    expect(shortTime(time.toISOString(), time.getTime())).toMatch(/^8:00\sPM$/);
    expect(shortTime(time.toISOString(), time.getTime() + 86_400_000)).toMatch(/^Sun 8:00\sPM$/);
    document.documentElement.lang = 'de';
    expect(longTime(time)).toBe('29.11.26, 20:00');
  });

  it('of a thousand rows leave nothing behind that the browser must let go of', () => {
    const made = jest.spyOn(Intl, 'DateTimeFormat');
    for (let i = 0; i < 1000; i++) {
      longTime(new Date(i));
      shortTime(new Date(i).toISOString(), i);
    }
    expect(made.mock.calls.length).toBeLessThan(5);
    made.mockRestore();
  });
});
