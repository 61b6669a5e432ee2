using System.Text.Json;
using Payments.Testing;

namespace Payments.Cli.Tests.Commands;

public sealed class SandboxCommandTests
{
    private const string InForce =
        """
        {"id":7,"fault":"slow-body","account":null,"psp":"adyen","token":null,"probability":0.05,"seed":42,"left":null,
        "seconds":8,"retryAfterSeconds":null,"happened":3}
        """;

    [Fact]
    public async Task Set_WithEverything_SendsIt()
    {
        await using var sandbox = await FakeApi.Start((_, _) => Json(InForce));
        var payctl = Payctl(sandbox);

        (await payctl.Run(
            "sandbox fault set rate-limit --account stripe-a --token pm_card_visa --probability 0.5 --seed 42 --count 3 --retry-after 2"))
            .ShouldBe(ExitCodes.Done, payctl.Error);

        sandbox.Requests.ShouldBe([
            "POST /sandbox/faults {\"fault\":\"rate-limit\",\"account\":\"stripe-a\",\"token\":\"pm_card_visa\","
            + "\"probability\":0.5,\"seed\":42,\"count\":3,\"retryAfterSeconds\":2}"]);
        payctl.Out.ShouldBe("Fault 7: slow-body at adyen, until cleared, probability 0.05, seed 42.\n");
    }

    [Fact]
    public async Task Set_WithNothingElse_LeavesTheDefaultsToTheSandbox()
    {
        await using var sandbox = await FakeApi.Start((_, _) => Json(
            """{"id":1,"fault":"maintenance","probability":1,"seed":1,"left":1,"seconds":30,"happened":0}"""));
        var payctl = Payctl(sandbox);

        await payctl.Run("sandbox fault set maintenance");

        sandbox.Requests.ShouldBe(["POST /sandbox/faults {\"fault\":\"maintenance\"}"]);
        payctl.Out.ShouldBe("Fault 1: maintenance everywhere, once.\n");
    }

    [Theory]
    [InlineData("sandbox fault set earthquake", "earthquake")]
    [InlineData("sandbox fault set", "Required argument")]
    [InlineData("sandbox fault set reset --psp adyen --account adyen-a", "Give --account or --psp, not both.")]
    [InlineData("sandbox fault set reset --probability often", "often")]
    [InlineData("sandbox fault clear 7 --psp adyen", "Give an id, or --account or --psp, not both.")]
    [InlineData("sandbox fault clear --psp adyen --account adyen-a", "Give --account or --psp, not both.")]
    public async Task AnyCommand_WrongUsage_SaysWhatIsWrong(string commandLine, string sentence)
    {
        await using var sandbox = await FakeApi.Start((_, _) => Json(InForce));
        var payctl = Payctl(sandbox);

        (await payctl.Run(commandLine)).ShouldBe(ExitCodes.WrongUsage);

        payctl.Error.ShouldContain(sentence);
        sandbox.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Set_Refused_SaysWhy()
    {
        await using var sandbox = await FakeApi.Start(
            (_, _) => FakeApi.Problem(400, "Bad Request", "There is no account stripe-z; there are stripe-a, stripe-b."));
        var payctl = Payctl(sandbox);

        (await payctl.Run("sandbox fault set reset --account stripe-z")).ShouldBe(ExitCodes.Refused);

        payctl.Error.ShouldContain("There is no account stripe-z");
        payctl.Out.ShouldBeEmpty();
    }

    [Fact]
    public async Task AnyCommand_NobodyThere_SaysSo()
    {
        var payctl = new Payctl().With(Shell.SandboxUrlVariable, "http://127.0.0.1:1");

        (await payctl.Run("sandbox fault list")).ShouldBe(ExitCodes.CannotReach);

        payctl.Error.ShouldContain("Cannot reach the sandbox at http://127.0.0.1:1/");
    }

    [Fact]
    public async Task AnyCommand_WithoutAnAddress_SaysWhichVariable()
    {
        var payctl = new Payctl();

        (await payctl.Run("sandbox fault list")).ShouldBe(ExitCodes.CannotReach);

        payctl.Error.ShouldContain(Shell.SandboxUrlVariable);
    }

    [Fact]
    public async Task List_ForPeople_IsApproved()
    {
        await using var sandbox = await FakeApi.Start((_, _) => Json($$"""{"data":[{{InForce}}]}"""));
        var payctl = Payctl(sandbox);

        (await payctl.Run("sandbox fault list")).ShouldBe(ExitCodes.Done);

        Approved.Verify(payctl.Out);
    }

    [Fact]
    public async Task List_Json_IsOneFaultALine()
    {
        await using var sandbox = await FakeApi.Start((_, _) => Json($$"""{"data":[{{InForce}},{{InForce}}]}"""));
        var payctl = Payctl(sandbox);

        await payctl.Run("sandbox fault list --json");

        var lines = payctl.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(2);
        using var fault = JsonDocument.Parse(lines[0]);
        fault.RootElement.GetProperty("fault").GetString().ShouldBe("slow-body");
        fault.RootElement.GetProperty("happened").GetInt64().ShouldBe(3);
    }

    [Fact]
    public async Task List_OfNothing_SaysSo()
    {
        await using var sandbox = await FakeApi.Start((_, _) => Json("""{"data":[]}"""));
        var payctl = Payctl(sandbox);

        (await payctl.Run("sandbox fault list")).ShouldBe(ExitCodes.Done);

        payctl.Error.ShouldContain("No fault is in force.");
    }

    [Theory]
    [InlineData("sandbox fault clear", "DELETE /sandbox/faults?")]
    [InlineData("sandbox fault clear 7", "DELETE /sandbox/faults/7")]
    [InlineData("sandbox fault clear --account stripe-a", "DELETE /sandbox/faults?account=stripe-a")]
    [InlineData("sandbox fault clear --psp adyen", "DELETE /sandbox/faults?psp=adyen")]
    public async Task Clear_SomeOrAll_AsksForIt(string commandLine, string request)
    {
        await using var sandbox = await FakeApi.Start((_, _) => Json("""{"count":2}"""));
        var payctl = Payctl(sandbox);

        (await payctl.Run(commandLine)).ShouldBe(ExitCodes.Done, payctl.Error);

        sandbox.Requests.Single().TrimEnd('?').ShouldBe(request.TrimEnd('?'));
        payctl.Out.ShouldBe("2 faults cleared.\n");
    }

    private static Payctl Payctl(FakeApi sandbox) => new Payctl().With(Shell.SandboxUrlVariable, sandbox.Address);

    private static Microsoft.AspNetCore.Http.IResult Json(string body) =>
        Microsoft.AspNetCore.Http.Results.Text(body, "application/json");
}
