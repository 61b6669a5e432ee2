using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Payments.Contracts;
using Payments.Testing;

namespace Payments.Cli.Tests.Commands;

public sealed class DeadLetterHandlingCommandTests
{
    private const string Id = "01JDA5V9R0ZB3T6M8Q2X4Y7W1K";
    private const string Other = "01JDA5V9R0ZB3T6M8Q2X4Y7W1M";
    private const string Operator = "--as ada --reason mended";

    private static readonly DateTimeOffset At = DateTimeOffset.Parse("2026-01-31T13:00:00Z");

    [Theory]
    [InlineData($"{Id} {Other}", $$"""{"letterIds":["{{Id}}","{{Other}}"],"requestedBy":"ada","reason":"mended"}""")]
    [InlineData(
        $"{Id} --money written_off --reference PAY-7",
        $$$"""{"letterIds":["{{{Id}}}"],"money":{"statement":"written_off","reference":"PAY-7"},"requestedBy":"ada","reason":"mended"}""")]
    [InlineData(
        $"--group {Other} --letters 2 --through {Id}",
        $$"""{"groupId":"{{Other}}","letters":2,"through":"{{Id}}","requestedBy":"ada","reason":"mended"}""")]
    public async Task Discard_OfLetters_AsksForAllAtOnce(string options, string body)
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Json(Discards(null)));
        var payctl = api.Payctl();

        (await payctl.Run($"deadletter discard {options} {Operator}")).ShouldBe(ExitCodes.Done);

        api.Requests.ShouldBe([$"POST /v1/dead-letters/discards {body}"]);
        payctl.Error.ShouldBe("1 discarded, 0 refused.\n");
        await payctl.Run($"deadletter discard {options} {Operator} --json");
        JsonSerializer.Deserialize<DeadLetterDiscards>(payctl.Out, ContractJson.Options)!.Discarded.ShouldBe(1);
    }

    [Fact]
    public async Task Discard_OfOneThatIsRefused_SaysWhy()
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Json(Discards($"Letter {Id} is discarded, by rosa.")));
        var payctl = api.Payctl();

        (await payctl.Run($"deadletter discard {Id} {Operator}")).ShouldBe(ExitCodes.Refused);

        payctl.Error.ShouldBe($"Letter {Id} is discarded, by rosa.\n0 discarded, 1 refused.\n");
    }

    [Fact]
    public async Task Restore_OfADiscardedLetter_SaysItsState()
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Json(Letter()));
        var payctl = api.Payctl();

        (await payctl.Run($"deadletter restore {Id} {Operator}")).ShouldBe(ExitCodes.Done);

        api.Requests.ShouldBe([$$"""POST /v1/dead-letters/{{Id}}/restore {"requestedBy":"ada","reason":"mended"}"""]);
        payctl.Error.ShouldBe($"Letter {Id} is open.\n");
    }

    [Theory]
    [InlineData("--to rosa", """{"assignee":"rosa","requestedBy":"ada"}""")]
    [InlineData("--nobody --reason holidays", """{"assignee":null,"requestedBy":"ada","reason":"holidays"}""")]
    public async Task Assign_OfAGroup_SaysWho(string options, string body)
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Json(Group()));
        var payctl = api.Payctl();

        (await payctl.Run($"deadletter assign {Id} {options} --as ada")).ShouldBe(ExitCodes.Done);

        api.Requests.ShouldBe([$"POST /v1/dead-letters/groups/{Id}/assign {body}"]);
        payctl.Error.ShouldBe($"Group {Id}: rosa works on it.\n");
    }

    [Theory]
    [InlineData("--until 2026-02-01", """{"until":"2026-02-01","requestedBy":"ada","reason":"mended"}""")]
    [InlineData("--end", """{"until":null,"requestedBy":"ada","reason":"mended"}""")]
    public async Task Mute_OfAGroup_SaysUntilWhen(string options, string body)
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Json(Group()));
        var payctl = api.Payctl();

        (await payctl.Run($"deadletter mute {Id} {options} {Operator}")).ShouldBe(ExitCodes.Done);

        api.Requests.ShouldBe([$"POST /v1/dead-letters/groups/{Id}/mute {body}"]);
        payctl.Error.ShouldBe($"Group {Id} is muted until 2026-02-01 13:00:00.000Z.\n");
    }

    [Fact]
    public async Task Note_ToALetterOrAGroup_IsWritten()
    {
        await using var api = await FakeApi.Start((request, _) =>
            request.Path.Value!.Contains("groups", StringComparison.Ordinal) ? FakeApi.Json(Group()) : FakeApi.Json(Letter()));
        var payctl = api.Payctl();

        (await payctl.Run($"deadletter note {Id} --text mended --link PAY-8 --as ada")).ShouldBe(ExitCodes.Done);
        payctl.Error.ShouldBe($"Letter {Id} has 1 notes.\n");
        (await payctl.Run($"deadletter note --group {Id} --text mended --as ada")).ShouldBe(ExitCodes.Done);
        payctl.Error.ShouldBe($"Group {Id} has 1 notes.\n");

        api.Requests.ShouldBe(
        [
            $$"""POST /v1/dead-letters/{{Id}}/notes {"text":"mended","requestedBy":"ada","link":"PAY-8"}""",
            $$"""POST /v1/dead-letters/groups/{{Id}}/notes {"text":"mended","requestedBy":"ada"}""",
        ]);
    }

    [Fact]
    public async Task Edit_FromStandardInput_ShowsTheDiff()
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Json(Edit(), StatusCodes.Status202Accepted));
        var payctl = api.Payctl();

        (await payctl.Run($"deadletter edit {Id} --patch - {Operator}", """{"atomic":null}""")).ShouldBe(ExitCodes.Done);

        api.Requests.ShouldBe(
            [$$$"""POST /v1/dead-letters/{{{Id}}}/edit {"patch":{"atomic":null},"requestedBy":"ada","reason":"mended","dryRun":false}"""]);
        payctl.Error.ShouldBe(
            $"Letter {Id} is edited; its replay {Other} is awaiting_approval. A second person must approve it.\n");
        Approved.Verify(payctl.Out);
    }

    [Fact]
    public async Task Edit_ThatIsDangerousWithoutMoney_SaysThatItWaits()
    {
        await using var api = await FakeApi.Start((_, _) =>
            FakeApi.Json(Edit() with { ChangesMoney = false }, StatusCodes.Status202Accepted));
        var payctl = api.Payctl();

        (await payctl.Run($"deadletter edit {Id} --patch - {Operator}", "{}")).ShouldBe(ExitCodes.Done);

        payctl.Error.ShouldBe(
            $"Letter {Id} is edited; its replay {Other} is awaiting_approval. A second person must approve it.\n");
    }

    [Fact]
    public async Task Edit_ADryRunWithErrors_IsRefused()
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Json(Edit() with
        {
            EditId = null,
            ReplayState = null,
            ChangesMoney = false,
            Errors = [new FieldError("orderId", "locked", "orderId is locked.")],
        }));
        var payctl = api.Payctl();

        (await payctl.Run($"deadletter edit {Id} --patch - --dry-run {Operator}", "{}")).ShouldBe(ExitCodes.Refused);

        JsonNode.Parse(api.Requests.Single().Split(' ', 3)[2])!["dryRun"]!.GetValue<bool>().ShouldBeTrue();
        payctl.Error.ShouldBe("orderId (locked): orderId is locked.\nNothing has changed: this was a dry run.\n");
        payctl.Out.ShouldContain("lines[0].amount.amount");
    }

    [Theory]
    [InlineData($"restore {Id} {Operator}")]
    [InlineData($"assign {Id} --nobody --as ada")]
    [InlineData($"mute {Id} --end {Operator}")]
    [InlineData($"note {Id} --text x --as ada")]
    [InlineData($"edit {Id} --patch - {Operator}")]
    [InlineData($"discard {Id} {Operator}")]
    public async Task Refusals_OfTheApi_AreOneSentence(string command)
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Problem(409, "That cannot be done now.", "Letter is open."));
        var payctl = api.Payctl();

        (await payctl.Run($"deadletter {command}", "{}")).ShouldBe(ExitCodes.Refused);

        payctl.Error.ShouldBe("That cannot be done now. Letter is open.\n");
    }

    [Theory]
    [InlineData("restore 7 --as ada --reason x", "'7' is no letter's id")]
    [InlineData($"restore {Id} --as ada", "--reason")]
    [InlineData($"discard {Operator}", "Give either letters' ids, or --group")]
    [InlineData($"discard {Id} --group {Id} {Operator}", "Give either letters' ids, or --group")]
    [InlineData($"discard {Id} --reference x {Operator}", "--reference belongs to --money")]
    [InlineData($"discard {Id} nonsense {Operator}", "'nonsense' is no letter's id")]
    [InlineData($"note --text x --as ada", "Give either a letter's id, or --group")]
    [InlineData($"note {Id}", "--text")]
    [InlineData($"assign {Id} --as ada", "Give either --to with a name, or --nobody")]
    [InlineData($"assign {Id} --to rosa --nobody --as ada", "Give either --to with a name, or --nobody")]
    [InlineData($"mute {Id} {Operator}", "Give either --until with a time, or --end")]
    [InlineData($"edit {Id} {Operator}", "--patch")]
    [InlineData($"edit {Id} --patch /nowhere/at.all {Operator}", "Cannot read /nowhere/at.all")]
    [InlineData("show", "Give either a letter's id, or --group")]
    [InlineData($"actions --letter {Id} --group {Id}", "Give one of --letter, --group, --ramp and --payment")]
    [InlineData("actions --limit 0", "--limit must be at least 1")]
    public async Task Usage_ThatIsWrong_IsSaid(string command, string sentence)
    {
        var payctl = new Payctl().With(Shell.UrlVariable, "http://127.0.0.1:1");

        (await payctl.Run($"deadletter {command}")).ShouldBe(ExitCodes.WrongUsage);

        payctl.Error.ShouldContain(sentence);
    }

    [Fact]
    public async Task Show_AGroup_IsApproved()
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Json(Group()));
        var payctl = api.Payctl();

        (await payctl.Run($"deadletter show --group {Id}")).ShouldBe(ExitCodes.Done);

        api.Requests.ShouldBe([$"GET /v1/dead-letters/groups/{Id}"]);
        Approved.Verify(payctl.Out);
    }

    [Fact]
    public async Task Show_AnUnknownGroup_IsRefused()
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Problem(404, "No such group.", "None."));
        var payctl = api.Payctl();

        (await payctl.Run($"deadletter show --group {Id}")).ShouldBe(ExitCodes.Refused);

        payctl.Error.ShouldBe($"No group {Id} of dead letters is known.\n");
    }

    [Fact]
    public async Task Actions_ForPeople_IsApproved()
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Json(new OperatorActionPage { Actions = Actions(), Next = "further" }));
        var payctl = api.Payctl();

        (await payctl.Run($"deadletter actions --letter {Id} --by ada --action discard_letter --since 2026-01-31 --until 2026-02-01 --limit 3"))
            .ShouldBe(ExitCodes.Done);

        api.Requests.ShouldBe(
            [$"GET /v1/operator-actions?letter={Id}&by=ada&action=discard_letter&since=2026-01-31&until=2026-02-01&limit=3"]);
        payctl.Error.ShouldBe("There are more than 3; --limit shows more.\n");
        Approved.Verify(payctl.Out);
    }

    [Fact]
    public async Task Actions_Json_IsTheContractALine()
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Json(new OperatorActionPage { Actions = Actions() }));
        var payctl = api.Payctl();

        await payctl.Run($"deadletter actions --payment {Id} --json");

        payctl.Out.ShouldBe(string.Concat(Actions().Select(a => $"{JsonSerializer.Serialize(a, ContractJson.Options)}\n")));
        payctl.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task Actions_OfNobody_SaysSo()
    {
        await using var api = await FakeApi.Start((_, _) => FakeApi.Json(new OperatorActionPage { Actions = [] }));
        var payctl = api.Payctl();

        (await payctl.Run("deadletter actions --by nobody")).ShouldBe(ExitCodes.Done);

        payctl.Error.ShouldBe("No action is of that kind.\n");
    }

    private static OperatorActionDetails[] Actions() =>
    [
        new()
        {
            ActionId = Ulid.Parse(Id),
            At = At,
            By = "ada",
            ByVerified = false,
            Action = "discard_letter",
            Subject = Id,
            Reason = "a\u001b[2Jb\nc",
            Before = JsonSerializer.SerializeToElement(new { state = "open", outcome = (string?)null, kept = 7 }),
            After = JsonSerializer.SerializeToElement(new { state = "discarded", kept = 7, money = new { statement = "not_ours" } }),
        },
        new()
        {
            ActionId = Ulid.Parse(Other),
            At = At.AddMinutes(-1),
            By = "system",
            ByVerified = true,
            Action = "delete_letter",
            Subject = Other,
            Reason = new string('x', 200),
            Before = JsonSerializer.SerializeToElement(new { state = "discarded" }),
        },
        new()
        {
            ActionId = Ulid.Parse(Other),
            At = At.AddMinutes(-2),
            By = "rosa",
            ByVerified = false,
            Action = "assign_group",
            Subject = Other,
            Reason = "",
            Before = JsonSerializer.SerializeToElement(new { assignee = "ada" }),
            After = JsonSerializer.SerializeToElement(new { assignee = (string?)null }),
        },
    ];

    private static DeadLetterDiscards Discards(string? refusal) => new()
    {
        Discarded = refusal is null ? 1 : 0,
        Refused = refusal is null ? 0 : 1,
        Letters = [new DeadLetterDiscardAnswer(Ulid.Parse(Id), refusal is null, refusal)],
    };

    private static DeadLetterNote Note() => new()
    {
        NoteId = Ulid.Parse(Other),
        Text = "Known since May.\nSee there.",
        Link = "PAY-8",
        WrittenBy = "ada",
        WrittenAt = At,
    };

    private static DeadLetterGroupDetails Group() => new()
    {
        Group = new DeadLetterGroup
        {
            GroupId = Ulid.Parse(Id),
            Endpoint = "wallets",
            Reason = "fault",
            MessageType = "Payments.Contracts:CreditWallets",
            ExceptionType = "System.InvalidOperationException",
            Frame = "Payments.Wallets.Crediting.CreditDecision.Decide",
            LastMessage = "The wallet is bewitched.",
            State = "muted",
            Assignee = "rosa",
            MutedUntil = At.AddDays(1),
            ReopenedAt = At.AddHours(-1),
            Letters = 500,
            Open = 3,
            LastHour = 1,
            LastDay = 2,
            FirstSeen = At.AddDays(-1),
            LastSeen = At,
            AtRisk = [new Money(123_456, Currency.Eur)],
        },
        MuteReason = "known",
        Through = Ulid.Parse(Other),
        Counts =
        [
            new DeadLetterCount("open", 3), new DeadLetterCount("resolved", 490, "succeeded"), new DeadLetterCount("discarded", 7),
        ],
        Notes = [Note()],
    };

    private static DeadLetterDetails Letter() => new()
    {
        Letter = new DeadLetterSummary
        {
            LetterId = Ulid.Parse(Id),
            GroupId = Ulid.Parse(Id),
            State = "open",
            Queue = "wallets_error",
            Endpoint = "wallets",
            Reason = "fault",
            FailedAt = At,
            CollectedAt = At,
            OrderIds = [],
        },
        SellerIds = [],
        Exceptions = [],
        Headers = JsonSerializer.SerializeToElement(new { }),
        BodyKind = "empty",
        BodyBytes = 0,
        BodySha256 = "",
        Body = "",
        BodyIsCut = false,
        CardNumbers = 0,
        Notes = [Note()],
    };

    private static DeadLetterEdit Edit() => new()
    {
        EditId = Ulid.Parse(Id),
        LetterId = Ulid.Parse(Id),
        ChangesMoney = true,
        Diff =
        [
            new DeadLetterEditedValue(
                "lines[0].amount.amount", JsonSerializer.SerializeToElement(700), JsonSerializer.SerializeToElement(800)),
            new DeadLetterEditedValue("notAfter", null, JsonSerializer.SerializeToElement("a\u001b[2Jb")),
        ],
        EditedBy = "ada",
        Reason = "mended",
        EditedAt = At,
        ReplayId = Ulid.Parse(Other),
        ReplayState = "awaiting_approval",
    };
}
