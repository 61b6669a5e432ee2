using System.Text.Json;
using System.Text.Json.Nodes;
using Payments.Contracts;
using Payments.Operations.Routing;

namespace Payments.Operations.Tests.Routing;

public sealed class RouteQuestionTests
{
    private const string Token = "pm_secret_1";

    [Fact]
    public void Write_TokensWhereverTheyStand_BecomeOthersOfTheSameLength()
    {
        var question = Write($$"""
            {"paymentMethod":{"credentials":[{"psp":"stripe","token":"{{Token}}"},{"psp":"adyen","TOKEN":"{{Token}}2"}]},
             "metadata":{"note":"see {{Token}}","{{Token}}":[1,null,true]} }
            """);

        question.ToJsonString().ShouldNotContain(Token);
        var credentials = question["paymentMethod"]!["credentials"]!;
        credentials[0]!["psp"]!.GetValue<string>().ShouldBe("stripe");
        credentials[0]!["token"]!.GetValue<string>().ShouldBe("xxxxxxxxxx1");
        credentials[1]!["TOKEN"]!.GetValue<string>().ShouldBe("xxxxxxxxxxx0");
        question["metadata"]!["note"]!.GetValue<string>().ShouldBe("see xxxxxxxxxx1");
        question["metadata"]!["xxxxxxxxxx1"]!.ToJsonString().ShouldBe("[1,null,true]");
    }

    [Fact]
    public void Write_AShortToken_IsMaskedInItsFieldAlone()
    {
        var question = Write("""{"merchantId":"ids","paymentMethod":{"credentials":[{"psp":"p","token":"id"}]}}""");

        question["merchantId"]!.GetValue<string>().ShouldBe("ids");
        question["paymentMethod"]!["credentials"]![0]!["token"]!.GetValue<string>().ShouldBe("x0");
    }

    [Fact]
    public void Write_WithoutIds_MakesThem()
    {
        var question = Write("""{"merchantId":"shop"}""");

        Ulid.TryParse(question["paymentId"]!.GetValue<string>(), null, out _).ShouldBeTrue();
        question["idempotencyKey"]!.GetValue<string>().ShouldNotBeEmpty();
        Write("""{"PaymentId":7}""").ContainsKey("paymentId").ShouldBeFalse("it is the front door's to judge");
    }

    private static JsonObject Write(string body)
    {
        using var document = JsonDocument.Parse(body);
        return JsonNode.Parse(RouteQuestion.Write(document.RootElement))!.AsObject();
    }
}
