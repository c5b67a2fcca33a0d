import { expect, test } from 'vitest';
import { unplacedText } from './words.ts';

test('a generation was cut off where nothing but its end is missing, else it is damaged', () => {
  expect(unplacedText(1234, [{ code: 'truncated' }])).toBe('1,234 events of a generation that was cut off');
  expect(unplacedText(1, [{ code: 'event-type' }])).toBe('1 event of a generation that is damaged');
  expect(unplacedText(2, [{ code: 'varint' }, { code: 'truncated' }])).toContain('is damaged');
});
