using Payments.Testing;

namespace Payments.Contracts.Testing;

public sealed class ApprovedTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("approved");

    private string TestFile => Path.Combine(_folder.FullName, "SomeTests.cs");

    private string ApprovedFile => Path.Combine(_folder.FullName, "Approved", "SomeTests.Method.approved.txt");

    private string ReceivedFile => Path.Combine(_folder.FullName, "Approved", "SomeTests.Method.received.txt");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Verify_NothingApproved_FailsAndSaysHowToApprove()
    {
        var error = Should.Throw<ApprovalException>(() => Verify("one\ntwo"));

        error.Message.ShouldContain("SomeTests.Method.approved.txt does not exist yet.");
        error.Message.ShouldContain($"mv '{ReceivedFile}' '{ApprovedFile}'");
        error.Message.ShouldContain("+one\n+two\n");
        File.ReadAllText(ReceivedFile).ShouldBe("one\ntwo\n");
    }

    [Fact]
    public void Verify_MovedAsTold_Passes()
    {
        Should.Throw<ApprovalException>(() => Verify("one\ntwo"));
        File.Move(ReceivedFile, ApprovedFile);

        Verify("one\ntwo");
    }

    [Fact]
    public void Verify_OtherText_FailsWithTheDifference()
    {
        Approve("a\nb\nc\n");

        var error = Should.Throw<ApprovalException>(() => Verify("a\nB\nc\nd"));

        error.Message.ShouldContain("differs from SomeTests.Method.approved.txt");
        error.Message.ShouldContain("@@ -1 +1 @@\n a\n-b\n+B\n c\n+d\n");
        File.ReadAllText(ApprovedFile).ShouldBe("a\nb\nc\n");
    }

    [Fact]
    public void Verify_OtherLineEnds_Passes()
    {
        Approve("a\r\nb");

        Verify("a\nb\n\n");
        Verify("a\rb");
    }

    [Fact]
    public void Verify_RightAgain_RemovesWhatWasReceived()
    {
        Approve("a");
        Should.Throw<ApprovalException>(() => Verify("b"));

        Verify("a");

        File.Exists(ReceivedFile).ShouldBeFalse();
    }

    private void Verify(string text) => Approved.Verify(text, "txt", TestFile, "Method");

    private void Approve(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(ApprovedFile)!);
        File.WriteAllText(ApprovedFile, text);
    }
}
