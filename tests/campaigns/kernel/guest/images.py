"""Arithmetic of Mono16 images with the standard library alone."""

from array import array

from report import need


def pixels(buffer_bytes, width, height):
    """Give the image at the start of a buffer."""
    image = array("H", bytes(buffer_bytes[: width * height * 2]))
    need(len(image) == width * height, f"{len(image)} pixels for {width}x{height}")
    return image


def extremes(image):
    return f"{min(image)}..{max(image)} mean {mean(image):.0f}"


def mean(image):
    return sum(image) / len(image)


def judge_black(image, width):
    need(max(image) <= 64, f"goes up to {max(image)}")


def judge_white(image, width):
    need(min(image) >= 65000, f"goes down to {min(image)}")


def judge_horizontal_ramp(image, width):
    need(image[:width] == image[-width:], "lines differ")
    need(image[0] != image[1] or image[0] != image[8], "does not rise along a line")


def judge_vertical_ramp(image, width):
    need(len(set(image[:width])) == 1, "a line is not of one grey")
    need(len(set(image[::width])) > 16, "does not rise from line to line")


def judge_diagonal_ramp(image, width):
    need(image[1] == image[width], "not the same along a diagonal")


PATTERNS = {
    "Black": judge_black,
    "White": judge_white,
    "GreyHorizontalRamp": judge_horizontal_ramp,
    "GreyVerticalRamp": judge_vertical_ramp,
    "GreyDiagonalRamp": judge_diagonal_ramp,
}
