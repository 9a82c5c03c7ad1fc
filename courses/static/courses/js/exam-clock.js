/* Time left by the server's clock. The device's own clock is never asked what time it is: every
   reply of the server sets the time anew, and between replies the page counts how long it ran. */

const MARKS = [10, 5, 1];

export class ServerClock {
  constructor(now, deadline, started) {
    this.started = started;
    this.said = new Set();
    this.set(now, deadline);
  }

  /** Take the time of a reply that was under way for `delay` milliseconds. */
  set(now, deadline, delay = 0) {
    this.gap = now + delay / 2 - performance.now();
    this.deadline = deadline;
  }

  get now() {
    return performance.now() + this.gap;
  }

  get left() {
    return Math.max(0, this.deadline - this.now);
  }

  /** The whole time and what is used of it, in minutes. */
  get used() {
    const whole = this.deadline - this.started;
    return { value: Math.min(whole, whole - this.left) / 60000, max: whole / 60000 };
  }

  text() {
    const seconds = Math.ceil(this.left / 1000);
    const two = (number) => String(number).padStart(2, "0");
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
    const tail = `${two(minutes)}:${two(seconds % 60)}`;
    return hours ? `${hours}:${tail}` : tail;
  }

  /** The mark (in minutes) just passed that has not been announced, or nothing. */
  mark() {
    const minutes = this.left / 60000;
    const passed = MARKS.filter((mark) => minutes <= mark && minutes > 0);
    const latest = passed.at(-1);
    if (!latest || this.said.has(latest)) return null;
    passed.forEach((mark) => this.said.add(mark));
    return latest;
  }
}
