"""`python -m console` is the command `boneage`."""

from console.cli import main

if __name__ == "__main__":
    main()
