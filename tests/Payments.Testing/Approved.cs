using System.Runtime.CompilerServices;
using System.Text;

namespace Payments.Testing;

/// <summary>
/// Compares what a test produced with the snapshot that was approved for it, in the source tree beside the test:
/// <c>Approved/[test file].[test method].approved.[extension]</c>.
/// </summary>
public static class Approved
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>
    /// Passes if the text equals the approved snapshot; line ends and newlines at the very end do not count.
    /// Otherwise leaves the text in a <c>.received.</c> file beside the snapshot, which git ignores.
    /// </summary>
    /// <param name="text">What the test produced.</param>
    /// <param name="extension">Of the snapshot, without dot.</param>
    /// <param name="filePath">The test's source file; filled in by the compiler.</param>
    /// <param name="memberName">The test's method; filled in by the compiler.</param>
    /// <exception cref="ApprovalException">They differ, or nothing is approved yet; the message tells.</exception>
    public static void Verify(
        string text,
        string extension = "txt",
        [CallerFilePath] string filePath = "",
        [CallerMemberName] string memberName = "")
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(filePath);
        var folder = Path.Combine(Path.GetDirectoryName(filePath) ?? "", "Approved");
        var stem = $"{Path.GetFileNameWithoutExtension(filePath)}.{memberName}";
        var approvedPath = Path.Combine(folder, $"{stem}.approved.{extension}");
        var receivedPath = Path.Combine(folder, $"{stem}.received.{extension}");

        var received = Normalize(text);
        var approved = File.Exists(approvedPath) ? Normalize(File.ReadAllText(approvedPath)) : null;
        if (received == approved)
        {
            File.Delete(receivedPath);
            return;
        }

        Directory.CreateDirectory(folder);
        File.WriteAllText(receivedPath, received, Utf8);
        throw new ApprovalException(Explain(approved, received, approvedPath, receivedPath));
    }

    private static string Explain(string? approved, string received, string approvedPath, string receivedPath)
    {
        var name = Path.GetFileName(approvedPath);
        var finding = approved is null ? $"{name} does not exist yet." : $"The result differs from {name}.";
        return $"""
            {finding} If the result is right, approve it:
              mv '{receivedPath}' '{approvedPath}'

            --- approved
            +++ received
            {LineDiff.Unified(approved ?? "", received)}
            """;
    }

    private static string Normalize(string text) =>
        text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').TrimEnd('\n') + "\n";
}
