"""PCG64 and its seeding after their publications, not after numpy."""

M32, M64, M128 = (1 << 32) - 1, (1 << 64) - 1, (1 << 128) - 1


def seed_words(*entropy: int) -> list[int]:
    """Eight 32-bit words of O'Neill's seed_seq_fe128, as numpy's documentation describes it."""
    constant = 0x43B0D7E5

    def hashed(value: int) -> int:
        nonlocal constant
        value ^= constant
        constant = constant * 0x931E8875 & M32
        value = value * constant & M32
        return value ^ value >> 16

    def mixed(x: int, y: int) -> int:
        result = (x * 0xCA01F9DD - y * 0x4973F715) & M32
        return result ^ result >> 16

    pool = [hashed(entropy[i] if i < len(entropy) else 0) for i in range(4)]
    for source in range(4):
        for target in range(4):
            if source != target:
                pool[target] = mixed(pool[target], hashed(pool[source]))
    constant, words = 0x8B51F9DD, []
    for index in range(8):
        value = pool[index % 4] ^ constant
        constant = constant * 0x58F38DED & M32
        value = value * constant & M32
        words.append(value ^ value >> 16)
    return words


class Recomputed:
    """PCG64 XSL-RR and the steps that the documentation of `Dice` describes."""

    def __init__(self, *name: int) -> None:
        w = seed_words(*name)
        longs = [w[2 * i] | w[2 * i + 1] << 32 for i in range(4)]
        start, stream = longs[0] << 64 | longs[1], longs[2] << 64 | longs[3]
        self.step = (stream << 1 | 1) & M128
        self.state = 0
        self.advance()
        self.state = (self.state + start) & M128
        self.advance()

    def advance(self) -> None:
        self.state = (self.state * 0x2360ED051FC65DA44385DF649FCCF645 + self.step) & M128

    def word(self) -> int:
        self.advance()
        value, turn = (self.state >> 64 ^ self.state) & M64, self.state >> 122
        return (value >> turn | value << (64 - turn)) & M64 if turn else value

    def below(self, bound: int) -> int:
        bits = (bound - 1).bit_length()
        words = (bits + 63) // 64
        while True:
            number = 0
            for _ in range(words):
                number = number << 64 | self.word()
            number >>= 64 * words - bits
            if number < bound:
                return number
