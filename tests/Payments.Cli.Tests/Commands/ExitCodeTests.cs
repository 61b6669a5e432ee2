using Microsoft.AspNetCore.Http;

namespace Payments.Cli.Tests.Commands;

public sealed class ExitCodeTests
{
    // Nothing listens on the discard port.
    private const string Nowhere = "http://127.0.0.1:9";
    private const string Id = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

    [Theory]
    [InlineData("")]
    [InlineData("payment")]
    [InlineData("payment show")]
    [InlineData("payment show 123")]
    [InlineData("payment show " + Id + " --colour")]
    [InlineData("payment list --limit 0")]
    [InlineData("payment list --limit many")]
    [InlineData("payment publish /nowhere/at/all.json")]
    [InlineData("route explain")]
    [InlineData("route explain /nowhere/at/all.json")]
    [InlineData("payment resume " + Id + " --as ann")]
    [InlineData("refund")]
    public async Task Run_WrongUsage_Is2(string commandLine)
    {
        var payctl = new Payctl().With(Shell.UrlVariable, Nowhere);

        (await payctl.Run(commandLine)).ShouldBe(ExitCodes.WrongUsage);
        payctl.Out.ShouldBeEmpty();
        payctl.Error.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("payment show " + Id)]
    [InlineData("payment show " + Id + " --watch")]
    [InlineData("payment books " + Id)]
    [InlineData("payment list")]
    [InlineData("payment publish -")]
    [InlineData("payment resume " + Id + " --as ann --reason mended")]
    [InlineData("route explain -")]
    [InlineData("check")]
    public async Task Run_NobodyListens_Is3(string commandLine)
    {
        var payctl = new Payctl()
            .With(Shell.UrlVariable, Nowhere)
            .With(Shell.OpsDatabaseVariable, "Host=127.0.0.1;Port=9;Username=nobody");

        (await payctl.Run(commandLine, "{}")).ShouldBe(ExitCodes.CannotReach);
        payctl.Out.ShouldBeEmpty();
        payctl.Error.ShouldContain("127.0.0.1:9");
    }

    [Theory]
    [InlineData("payment list", Shell.UrlVariable)]
    [InlineData("check", Shell.OpsDatabaseVariable)]
    public async Task Run_AddressNotSet_Is3AndNamesTheVariable(string commandLine, string variable)
    {
        var payctl = new Payctl();

        (await payctl.Run(commandLine)).ShouldBe(ExitCodes.CannotReach);
        payctl.Error.ShouldContain(variable);
    }

    [Fact]
    public async Task Run_AddressIsNone_Is2()
    {
        var payctl = new Payctl().With(Shell.UrlVariable, "localhost:80");

        (await payctl.Run("payment list")).ShouldBe(ExitCodes.WrongUsage);
    }

    [Theory]
    [InlineData(StatusCodes.Status422UnprocessableEntity, ExitCodes.Refused)]
    [InlineData(StatusCodes.Status409Conflict, ExitCodes.Refused)]
    [InlineData(StatusCodes.Status503ServiceUnavailable, ExitCodes.CannotReach)]
    public async Task Run_ApiSaysNo_TellsTheReason(int status, int exitCode)
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Problem(status, "No.", "Because of this."));
        var payctl = api.Payctl();

        (await payctl.Run("payment publish -", "{}")).ShouldBe(exitCode);
        payctl.Error.ShouldContain("Because of this.");
        payctl.Out.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[1]")]
    [InlineData("""{"paymentId":"a","paymentId":"b"}""")]
    public async Task Run_InputIsNoRequest_Is1(string input)
    {
        var payctl = new Payctl().With(Shell.UrlVariable, Nowhere);

        (await payctl.Run("payment publish -", input)).ShouldBe(ExitCodes.Refused);
        (await payctl.Run("route explain -", input)).ShouldBe(ExitCodes.Refused);
        payctl.Error.ShouldStartWith("- ");
    }

    [Theory]
    [InlineData("payment show " + Id)]
    [InlineData("payment show " + Id + " --watch")]
    [InlineData("payment books " + Id)]
    public async Task Run_UnknownPayment_Is1(string commandLine)
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Problem(404, "No such payment.", ""));
        var payctl = api.Payctl();

        (await payctl.Run(commandLine)).ShouldBe(ExitCodes.Refused);
        payctl.Error.ShouldContain(Id);
    }

    [Fact]
    public async Task Run_SomethingElseAnswers_Is3()
    {
        await using var api = await FakeApi.Start((_, _) => Results.Text("<html>hello</html>", "text/html"));

        (await api.Payctl().Run("payment list")).ShouldBe(ExitCodes.CannotReach);
    }
}
