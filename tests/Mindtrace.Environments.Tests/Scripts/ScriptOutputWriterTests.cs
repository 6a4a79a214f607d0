using System.Text;
using Mindtrace.Environments.Scripts;

namespace Mindtrace.Environments.Tests.Scripts;

public sealed class ScriptOutputWriterTests
{
    private readonly RecordedOutput _output = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(100)]
    public async Task Writer_PiecesOfAnySize_HandsOnTheSameLines(int pieceBytes)
    {
        var writer = await WriteAsync("one\ntwo\r\n\nvier ü€𝄞\nlast", pieceBytes, tailBytes: 100);

        Assert.Equal(["one", "two", "", "vier ü€𝄞", "last"], _output.Stdout);
        Assert.Equal("one\ntwo\r\n\nvier ü€𝄞\nlast", writer.Tail);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("ü")]
    [InlineData("€")]
    [InlineData("𝄞")]
    public async Task Writer_LineWithoutEnd_ComesInPiecesThatCutNoCharacter(string character)
    {
        var line = "x" + string.Concat(Enumerable.Repeat(character, 20_000));

        await WriteAsync(line, pieceBytes: 1000, tailBytes: 0);

        Assert.Equal(line, string.Concat(_output.Stdout));
        Assert.All(_output.Stdout, piece => Assert.InRange(Encoding.UTF8.GetByteCount(piece), 1, ScriptOutputWriter.MaxLineBytes));
        Assert.DoesNotContain(_output.Stdout, piece => piece.Contains('\uFFFD', StringComparison.Ordinal));
    }

    [Fact]
    public async Task Writer_LineOfTheLongestLength_IsFollowedByNoEmptyOne()
    {
        await WriteAsync(new string('x', ScriptOutputWriter.MaxLineBytes) + "\n\nnext\n", pieceBytes: 4096, tailBytes: 0);

        Assert.Equal([new string('x', ScriptOutputWriter.MaxLineBytes), "", "next"], _output.Stdout);
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "!")]
    [InlineData(4, "!")]
    [InlineData(5, "𝄞!")]
    [InlineData(6, "𝄞!")]
    [InlineData(8, "€𝄞!")]
    [InlineData(100, "ab€𝄞!")]
    public async Task Writer_MoreThanTheTailHolds_KeepsTheEndInWholeCharacters(int tailBytes, string expected)
    {
        var writer = await WriteAsync("ab€𝄞!", pieceBytes: 3, tailBytes);

        Assert.Equal(expected, writer.Tail);
    }

    [Fact]
    public async Task Writer_BytesThatAreNoText_BecomeReplacements()
    {
        var writer = new ScriptOutputWriter(ScriptStream.Stdout, _output, tailBytes: 10);

        await writer.WriteAsync(new byte[] { 0xC3, 0x28, 0xFF, (byte)'\n' }, Cancel);

        Assert.Equal(["\uFFFD(\uFFFD"], _output.Stdout);
    }

    private async Task<ScriptOutputWriter> WriteAsync(string text, int pieceBytes, int tailBytes)
    {
        var writer = new ScriptOutputWriter(ScriptStream.Stdout, _output, tailBytes);
        foreach (var piece in Encoding.UTF8.GetBytes(text).Chunk(pieceBytes))
        {
            await writer.WriteAsync(piece, Cancel);
        }

        await writer.CompleteAsync(Cancel);
        return writer;
    }
}
